-- A verdict is taken back once, in a transaction of ours; who took theirs back may judge again.

CREATE OR REPLACE FUNCTION refuse_inspector_set_aside() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM inspections i JOIN inspection_lines l ON l.inspection = i.id
               WHERE i.return_id = NEW.return_id AND i.inspected_by = NEW.inspected_by
                 AND i.undone_at IS NULL AND l.superseded > 0) THEN
        RAISE EXCEPTION 'Another person must inspect this return again.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER inspections_undone_guard BEFORE UPDATE OF undone_at ON inspections
    FOR EACH ROW WHEN (OLD.undone_at IS DISTINCT FROM NEW.undone_at)
    EXECUTE FUNCTION refuse_unless_our_transaction();
CREATE TRIGGER inspections_undone_once BEFORE UPDATE OF undone_at ON inspections
    FOR EACH ROW WHEN (OLD.undone_at IS NOT NULL)
    EXECUTE FUNCTION refuse_change_of_record();
