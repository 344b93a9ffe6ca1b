-- Guards of the parcels nobody announced, and the indexes that their suggestions ask.

CREATE TRIGGER parcels_state_guard BEFORE UPDATE OF state ON parcels
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state)
    EXECUTE FUNCTION refuse_unless_our_transaction();
CREATE TRIGGER parcels_initial_guard BEFORE INSERT ON parcels
    FOR EACH ROW WHEN (NEW.state <> 'quarantined')
    EXECUTE FUNCTION refuse_unless_our_transaction();
CREATE TRIGGER parcels_delete_guard BEFORE DELETE ON parcels
    FOR EACH ROW EXECUTE FUNCTION refuse_unless_our_transaction();

CREATE INDEX parcels_oldest_first ON parcels (quarantined_at, id);
CREATE INDEX parcels_by_state ON parcels (state, quarantined_at, id);
CREATE INDEX parcels_by_return ON parcels (return_id);
CREATE INDEX parcels_by_order ON parcels ("order");
CREATE INDEX parcels_by_tracking_number ON parcels (tracking_number);
CREATE INDEX parcels_unprinted ON parcels (quarantined_at) WHERE label_pdf IS NULL;
CREATE INDEX order_contacts_by_postal_code ON order_contacts (left(postal_code, 20));
CREATE INDEX order_contacts_by_name ON order_contacts (left(lower(name), 100));
CREATE INDEX order_contacts_by_addressee ON order_contacts (left(lower(ship_to_name), 100));
