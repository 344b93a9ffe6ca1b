-- Guards beside the code's own: states move only inside our transactions, the record is append only.

CREATE FUNCTION refuse_unless_our_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('app.transition', true) = '1' THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    RAISE EXCEPTION 'The state of % moves only by its lifecycle.', TG_TABLE_NAME
        USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER returns_state_guard BEFORE UPDATE OF permission, state ON returns
    FOR EACH ROW WHEN (OLD.permission IS DISTINCT FROM NEW.permission
                       OR OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION refuse_unless_our_transaction();
CREATE TRIGGER returns_initial_guard BEFORE INSERT ON returns
    FOR EACH ROW WHEN (NEW.permission <> 'requested' OR NEW.state <> 'requested')
    EXECUTE FUNCTION refuse_unless_our_transaction();
CREATE TRIGGER returns_delete_guard BEFORE DELETE ON returns
    FOR EACH ROW EXECUTE FUNCTION refuse_unless_our_transaction();

CREATE TRIGGER refunds_state_guard BEFORE UPDATE OF state ON refunds
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION refuse_unless_our_transaction();
CREATE TRIGGER refunds_initial_guard BEFORE INSERT ON refunds
    FOR EACH ROW WHEN (NEW.state <> 'proposed')
    EXECUTE FUNCTION refuse_unless_our_transaction();
CREATE TRIGGER refunds_delete_guard BEFORE DELETE ON refunds
    FOR EACH ROW EXECUTE FUNCTION refuse_unless_our_transaction();

CREATE TRIGGER replacements_state_guard BEFORE UPDATE OF state ON replacements
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION refuse_unless_our_transaction();
CREATE TRIGGER replacements_initial_guard BEFORE INSERT ON replacements
    FOR EACH ROW WHEN (NEW.state <> 'planned')
    EXECUTE FUNCTION refuse_unless_our_transaction();
CREATE TRIGGER replacements_delete_guard BEFORE DELETE ON replacements
    FOR EACH ROW EXECUTE FUNCTION refuse_unless_our_transaction();

CREATE FUNCTION refuse_change_of_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append only.', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_record();
CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_record();
CREATE TRIGGER decisions_append_only BEFORE UPDATE OR DELETE ON decisions
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_record();
CREATE TRIGGER refund_attempts_no_delete BEFORE DELETE ON refund_attempts
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_record();
CREATE TRIGGER refund_attempts_outcome_once BEFORE UPDATE ON refund_attempts
    FOR EACH ROW WHEN (OLD.outcome IS NOT NULL)
    EXECUTE FUNCTION refuse_change_of_record();

-- The lists that people and jobs ask for, newest or oldest first, without sorting a table.
CREATE INDEX returns_by_state ON returns (state, id DESC);
CREATE INDEX returns_by_order ON returns ("order");
-- Customers type order numbers in any letter case.
CREATE INDEX orders_by_number_typed ON orders (lower(number));
CREATE INDEX order_lines_by_order ON order_lines ("order");
CREATE INDEX shipments_by_order ON shipments ("order");
CREATE INDEX shipment_lines_by_shipment ON shipment_lines (shipment);
CREATE INDEX return_lines_by_return ON return_lines (return_id);
CREATE INDEX return_lines_by_order_line ON return_lines (order_line);
CREATE INDEX receipts_by_return ON receipts (return_id);
CREATE INDEX receipt_lines_by_receipt ON receipt_lines (receipt);
CREATE INDEX inspections_by_return ON inspections (return_id);
CREATE INDEX inspection_lines_by_inspection ON inspection_lines (inspection);
CREATE INDEX refunds_by_return ON refunds (return_id);
CREATE INDEX refunds_by_payment ON refunds (payment);
CREATE INDEX refunds_newest_first ON refunds (proposed_at DESC, id DESC);
CREATE INDEX refunds_unsettled ON refunds (state, checked_at)
    WHERE state IN ('approved', 'submitting', 'pending', 'requires_action', 'unknown');
CREATE INDEX refund_lines_by_refund ON refund_lines (refund);
CREATE INDEX refund_attempts_by_refund ON refund_attempts (refund);
CREATE INDEX replacements_by_return ON replacements (return_id);
CREATE INDEX messages_by_return ON messages (return_id);
CREATE INDEX messages_queued ON messages (created_at) WHERE state = 'queued';
CREATE INDEX webhook_inbox_unhandled ON webhook_inbox (received_at) WHERE handled_at IS NULL;
CREATE INDEX promises_open ON promises (due) WHERE kept_at IS NULL;
CREATE INDEX lookup_codes_by_order ON lookup_codes ("order", expires_at);
CREATE INDEX decisions_by_order ON decisions ("order");
