-- What a payment can still give back is worked out here and nowhere else, and guarded here too.

-- The states of rules/lifecycle/refund_states.RESERVING; a test compares the two lists.
CREATE FUNCTION refund_reserves(state text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT state IN ('approved', 'submitting', 'pending', 'requires_action', 'unknown', 'succeeded')
$$;

-- The balance may be below zero: what the provider tells is recorded whatever it leaves.
CREATE VIEW payment_balances AS
SELECT p.id AS payment, p.captured, p.disputed, spoken.reserved, away.outside,
       p.captured - p.disputed - spoken.reserved - away.outside AS balance
FROM payments p
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(r.amount), 0)::bigint AS reserved FROM refunds r
    WHERE r.payment = p.id AND refund_reserves(r.state)
) AS spoken
CROSS JOIN LATERAL (
    SELECT COALESCE(sum(o.amount), 0)::bigint AS outside FROM outside_refunds o
    WHERE o.payment = p.id AND o.status IN ('pending', 'requires_action', 'succeeded')
      -- One that turned out to be ours is counted as ours.
      AND NOT EXISTS (SELECT FROM refunds r WHERE r.provider_refund_id = o.provider_refund_id
                      AND refund_reserves(r.state))
) AS away;

CREATE FUNCTION refuse_beyond_payment() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held bigint := 0;
    room bigint;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.payment = NEW.payment AND refund_reserves(OLD.state) THEN
            held := OLD.amount;
        END IF;
        -- What is reserved already goes on: an answer of the provider is a fact.
        IF NEW.amount <= held AND (NEW.state <> 'submitting' OR OLD.state = 'submitting') THEN
            RETURN NEW;
        END IF;
        -- Called failed, and then the provider says that the money moved: a fact as well.
        IF OLD.state = 'failed' AND NEW.state IN ('pending', 'requires_action', 'succeeded')
           AND NEW.provider_refund_id = current_setting('app.heard', true) THEN
            RETURN NEW;
        END IF;
    END IF;
    -- Written and not only locked: a transaction that reads an older snapshot then fails, instead of
    -- not seeing what was approved meanwhile.
    UPDATE payments SET captured = captured WHERE id = NEW.payment;
    SELECT b.balance INTO room FROM payment_balances b WHERE b.payment = NEW.payment;
    IF NEW.amount > room + held THEN
        RAISE EXCEPTION 'A refund of % is more than the % that payment % has left.',
            NEW.amount, room + held, NEW.payment
            USING ERRCODE = 'check_violation', CONSTRAINT = 'refunds_within_payment';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER refunds_within_payment BEFORE INSERT OR UPDATE OF state, amount, payment ON refunds
    FOR EACH ROW WHEN (refund_reserves(NEW.state))
    EXECUTE FUNCTION refuse_beyond_payment();

-- Money that moved outside stays on record; only what became of it may change.
CREATE TRIGGER outside_refunds_no_delete BEFORE DELETE ON outside_refunds
    FOR EACH ROW EXECUTE FUNCTION refuse_change_of_record();
CREATE TRIGGER outside_refunds_no_truncate BEFORE TRUNCATE ON outside_refunds
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_record();
CREATE TRIGGER outside_refunds_frozen BEFORE UPDATE ON outside_refunds
    FOR EACH ROW WHEN ((OLD.payment, OLD.provider_refund_id, OLD.amount, OLD.currency,
                        OLD.created_at, OLD.first_seen_at)
                       IS DISTINCT FROM
                       (NEW.payment, NEW.provider_refund_id, NEW.amount, NEW.currency,
                        NEW.created_at, NEW.first_seen_at))
    EXECUTE FUNCTION refuse_change_of_record();

-- Readings of the provider are numbered when they begin: one that was overtaken is not believed.
CREATE SEQUENCE provider_readings;

CREATE INDEX refunds_blocked ON refunds (payment) WHERE blocked_since IS NOT NULL;
CREATE INDEX refunds_sent ON refunds (checked_at, succeeded_at) WHERE state = 'succeeded';
CREATE INDEX payments_to_look_at ON payments (id) WHERE mismatch IS NOT NULL OR difference <> 0;
