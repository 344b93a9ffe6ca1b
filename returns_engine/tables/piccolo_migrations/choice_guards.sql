-- A choice moves only inside our transactions; one is open for an order line; lists without sorting.

CREATE TRIGGER choices_state_guard BEFORE UPDATE OF state ON choices
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION refuse_unless_our_transaction();
CREATE TRIGGER choices_initial_guard BEFORE INSERT ON choices
    FOR EACH ROW WHEN (NEW.state <> 'open')
    EXECUTE FUNCTION refuse_unless_our_transaction();
CREATE TRIGGER choices_delete_guard BEFORE DELETE ON choices
    FOR EACH ROW EXECUTE FUNCTION refuse_unless_our_transaction();

-- What was settled stays settled: not even our own transactions move a choice twice.
CREATE FUNCTION refuse_second_choice() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A choice is made once.' USING ERRCODE = 'check_violation';
END $$;
CREATE TRIGGER choices_made_once BEFORE UPDATE OF state, chosen_option, chosen_sku ON choices
    FOR EACH ROW WHEN (OLD.state <> 'open'
                       AND (OLD.state IS DISTINCT FROM NEW.state
                            OR OLD.chosen_option IS DISTINCT FROM NEW.chosen_option
                            OR OLD.chosen_sku IS DISTINCT FROM NEW.chosen_sku))
    EXECUTE FUNCTION refuse_second_choice();

CREATE UNIQUE INDEX choice_lines_one_open ON choice_lines (order_line) WHERE is_open;
CREATE INDEX choice_lines_by_choice ON choice_lines (choice);
CREATE INDEX choice_lines_by_order_line ON choice_lines (order_line);
CREATE INDEX choices_by_order ON choices ("order");
CREATE INDEX choices_by_return ON choices (return_id) WHERE return_id IS NOT NULL;
CREATE INDEX choices_due ON choices (deadline) WHERE state = 'open';
CREATE INDEX choices_newest_first ON choices (offered_at DESC, id DESC);
CREATE INDEX choices_to_carry_out ON choices (closed_at)
    WHERE done_at IS NULL AND chosen_option IN ('wait', 'swap');
