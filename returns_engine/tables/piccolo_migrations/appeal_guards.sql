-- Another person judges what an appeal brought back, and a consent stays as it was given.

CREATE FUNCTION refuse_inspector_set_aside() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM inspections i JOIN inspection_lines l ON l.inspection = i.id
               WHERE i.return_id = NEW.return_id AND i.inspected_by = NEW.inspected_by
                 AND l.superseded > 0) THEN
        RAISE EXCEPTION 'Another person must inspect this return again.'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER inspections_other_person BEFORE INSERT OR UPDATE OF inspected_by ON inspections
    FOR EACH ROW WHEN (NEW.inspected_by IS NOT NULL)
    EXECUTE FUNCTION refuse_inspector_set_aside();

CREATE TRIGGER inspection_lines_superseded_guard BEFORE UPDATE OF superseded ON inspection_lines
    FOR EACH ROW WHEN (OLD.superseded IS DISTINCT FROM NEW.superseded)
    EXECUTE FUNCTION refuse_unless_our_transaction();

CREATE TRIGGER consents_append_only BEFORE UPDATE OR DELETE ON consents
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_record();

CREATE INDEX consents_by_return_line ON consents (return_line);
CREATE INDEX returns_appealed ON returns (id DESC) WHERE appealed;
