-- The series of credit notes has no gap and no second version: each insert must be the next place,
-- what stands is never changed, and a note is reversed by the whole of its amount.

CREATE FUNCTION refuse_gap_in_credit_notes() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    before credit_notes%ROWTYPE;
    last_place int;
    last_year int;
BEGIN
    SELECT max(year) INTO last_year FROM credit_notes;
    SELECT COALESCE(max(place), 0) INTO last_place FROM credit_notes WHERE year = NEW.year;
    IF NEW.place <> last_place + 1 OR NEW.year < last_year THEN
        RAISE EXCEPTION 'Credit note % would leave a gap or come out of order.', NEW.number
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT * INTO before FROM credit_notes WHERE refund = NEW.refund ORDER BY turn DESC LIMIT 1;
    IF NEW.turn <> COALESCE(before.turn, 0) + 1 THEN
        RAISE EXCEPTION 'Credit note % is not the next of its refund.', NEW.number
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.reverses IS NOT NULL AND
       (before.id, -before.amount, before.currency)
           IS DISTINCT FROM (NEW.reverses, NEW.amount, NEW.currency) THEN
        RAISE EXCEPTION 'Credit note % does not reverse the one before it.', NEW.number
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER credit_notes_no_gap BEFORE INSERT ON credit_notes
    FOR EACH ROW EXECUTE FUNCTION refuse_gap_in_credit_notes();
CREATE TRIGGER credit_notes_append_only BEFORE UPDATE OR DELETE ON credit_notes
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_record();
CREATE TRIGGER credit_notes_no_truncate BEFORE TRUNCATE ON credit_notes
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_record();

CREATE FUNCTION refuse_counting_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Credit notes are never counted back.' USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER credit_note_counter_forward BEFORE UPDATE ON credit_note_counter
    FOR EACH ROW WHEN ((NEW.year, NEW.place) < (OLD.year, OLD.place))
    EXECUTE FUNCTION refuse_counting_back();
CREATE TRIGGER credit_note_counter_stays BEFORE DELETE ON credit_note_counter
    FOR EACH ROW EXECUTE FUNCTION refuse_counting_back();

-- For the sweep that finds refunds without their note, and for papers that are out of date.
CREATE INDEX refunds_by_success ON refunds (succeeded_at) WHERE state = 'succeeded';
CREATE INDEX credit_notes_by_moment ON credit_notes (issued_at);
