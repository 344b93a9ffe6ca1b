-- A payment that our own refunds alone can have taken below zero is marked, to be found by index:
-- what it captured was lowered, or a refund that counted as failed turned out to live.

CREATE FUNCTION strain_payment() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.strained := true;
    RETURN NEW;
END $$;

CREATE TRIGGER payments_strained BEFORE UPDATE OF captured ON payments
    FOR EACH ROW WHEN (NEW.captured < OLD.captured)
    EXECUTE FUNCTION strain_payment();

CREATE FUNCTION strain_payment_of_refund() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE payments SET strained = true WHERE id = NEW.payment AND NOT strained;
    RETURN NULL;
END $$;

CREATE TRIGGER refunds_strain AFTER UPDATE OF state ON refunds
    FOR EACH ROW WHEN (OLD.state = 'failed'
                       AND NEW.state IN ('pending', 'requires_action', 'succeeded'))
    EXECUTE FUNCTION strain_payment_of_refund();

UPDATE payments SET strained = true
WHERE id IN (SELECT payment FROM payment_balances WHERE balance < 0);

DROP INDEX payments_to_look_at;
CREATE INDEX payments_to_look_at ON payments (id)
    WHERE mismatch IS NOT NULL OR difference <> 0 OR disputed > 0 OR strained;
