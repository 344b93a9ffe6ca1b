-- Guards of the second opinions, and the indexes that their queue and the bench ask.

CREATE TRIGGER opinions_state_guard BEFORE UPDATE OF state ON opinions
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION refuse_unless_our_transaction();
CREATE TRIGGER opinions_initial_guard BEFORE INSERT ON opinions
    FOR EACH ROW WHEN (NEW.state <> 'asked')
    EXECUTE FUNCTION refuse_unless_our_transaction();
CREATE TRIGGER opinions_delete_guard BEFORE DELETE ON opinions
    FOR EACH ROW EXECUTE FUNCTION refuse_unless_our_transaction();

-- What the first found is on record: nobody changes it, or who it was, for the second to fit.
CREATE TRIGGER opinions_first_stays BEFORE UPDATE OF first_by, first_grade, first_checks, quantity,
    return_line ON opinions
    FOR EACH ROW WHEN (OLD.first_by IS DISTINCT FROM NEW.first_by
                       OR OLD.first_grade IS DISTINCT FROM NEW.first_grade
                       OR OLD.first_checks IS DISTINCT FROM NEW.first_checks
                       OR OLD.quantity IS DISTINCT FROM NEW.quantity
                       OR OLD.return_line IS DISTINCT FROM NEW.return_line)
    EXECUTE FUNCTION refuse_change_of_record();

-- Not read through for it: before this there were no such units.
ALTER TABLE return_lines ADD CONSTRAINT return_lines_ck_in_opinion
    CHECK (in_opinion >= 0 AND accepted + rejected + in_opinion <= received) NOT VALID;

CREATE INDEX opinions_by_state ON opinions (state, asked_at, id);
CREATE INDEX opinions_by_return ON opinions (return_id);
CREATE INDEX opinions_given ON opinions (given_at) WHERE given_at IS NOT NULL;
CREATE INDEX opinions_by_photo ON opinions USING gin (photo_ids jsonb_path_ops);
