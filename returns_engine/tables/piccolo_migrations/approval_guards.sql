-- What takes two persons takes them to the end, and less than proposed says why.

CREATE FUNCTION refuse_one_person_alone() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A row of % that needs two approvals needs them to the end.', TG_TABLE_NAME
        USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER refunds_two_guard BEFORE UPDATE OF needs_second ON refunds
    FOR EACH ROW WHEN (OLD.needs_second AND NOT NEW.needs_second)
    EXECUTE FUNCTION refuse_one_person_alone();
CREATE TRIGGER compensations_two_guard BEFORE UPDATE OF needs_second ON compensations
    FOR EACH ROW WHEN (OLD.needs_second AND NOT NEW.needs_second)
    EXECUTE FUNCTION refuse_one_person_alone();
CREATE TRIGGER replacements_two_guard BEFORE UPDATE OF needs_second ON replacements
    FOR EACH ROW WHEN (OLD.needs_second AND NOT NEW.needs_second)
    EXECUTE FUNCTION refuse_one_person_alone();

CREATE FUNCTION refuse_unexplained_amount() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Less than proposed needs a clause and a note that the customer reads.'
        USING ERRCODE = 'check_violation';
END $$;

-- The note is checked when the amount is decided, no later: it is taken away when a person is erased.
CREATE TRIGGER refunds_unexplained_guard BEFORE UPDATE OF amount, proposed, state ON refunds
    FOR EACH ROW WHEN (NEW.amount >= 1 AND NEW.amount < NEW.proposed
                       AND COALESCE(btrim(NEW.note), '') = ''
                       AND (OLD.amount IS DISTINCT FROM NEW.amount
                            OR OLD.proposed IS DISTINCT FROM NEW.proposed
                            OR OLD.state = 'proposed' AND NEW.state <> 'proposed'))
    EXECUTE FUNCTION refuse_unexplained_amount();
CREATE TRIGGER refunds_unexplained_insert BEFORE INSERT ON refunds
    FOR EACH ROW WHEN (NEW.amount >= 1 AND NEW.amount < NEW.proposed
                       AND COALESCE(btrim(NEW.note), '') = '')
    EXECUTE FUNCTION refuse_unexplained_amount();

CREATE INDEX refunds_on_hold ON refunds (return_id) WHERE held_at IS NOT NULL;
CREATE INDEX refunds_by_proposal ON refunds (proposal);
