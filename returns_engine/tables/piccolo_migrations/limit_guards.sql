-- Nobody approves above the limit of their role. Each approval is written with the limit that held for
-- whoever gave it; what was approved before limits were written has none, and goes on as it is.

CREATE FUNCTION require_within_limit(approved bigint, most bigint, tablename text) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    IF most IS NULL THEN
        RAISE EXCEPTION 'A row of % is approved within a limit, which is written with it.', tablename
            USING ERRCODE = 'check_violation', CONSTRAINT = tablename || '_limit_written';
    ELSIF approved > most THEN
        RAISE EXCEPTION 'An approval of % is above the limit of %.', approved, most
            USING ERRCODE = 'check_violation', CONSTRAINT = tablename || '_within_limit';
    END IF;
END $$;

CREATE FUNCTION refuse_change_of_approval() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Who approved a row of %, and within which limit, stays as it was.', TG_TABLE_NAME
        USING ERRCODE = 'check_violation';
END $$;

-- Failed counts as approved: it is sent again without another approval.
CREATE FUNCTION refund_is_approved(state text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT state NOT IN ('proposed', 'refused', 'canceled')
$$;

CREATE FUNCTION refuse_refund_beyond_limit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    takes_effect boolean := refund_is_approved(NEW.state) AND NEW.amount IS NOT NULL;
    is_first boolean := NEW.first_by IS NOT NULL;
    beside bigint;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        -- What was approved goes on; only more than that is approved anew.
        takes_effect := takes_effect
            AND (NOT refund_is_approved(OLD.state) OR NEW.amount > COALESCE(OLD.amount, 0));
        is_first := is_first AND (NEW.first_by, NEW.first_amount, NEW.first_limit)
            IS DISTINCT FROM (OLD.first_by, OLD.first_amount, OLD.first_limit);
    END IF;
    IF NOT takes_effect AND NOT is_first THEN
        RETURN NEW;
    END IF;
    -- One decision, however many payments it is for.
    SELECT COALESCE(sum(COALESCE(b.amount, b.proposed)), 0) INTO beside FROM refunds b
    WHERE b.proposal = NEW.proposal AND b.id <> NEW.id AND b.state NOT IN ('refused', 'canceled');
    IF takes_effect THEN
        PERFORM require_within_limit(NEW.amount + beside, NEW.approval_limit, TG_TABLE_NAME);
    END IF;
    IF NEW.first_by IS NOT NULL THEN
        PERFORM require_within_limit(
            CASE WHEN takes_effect THEN NEW.amount ELSE NEW.first_amount END + beside,
            NEW.first_limit, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER refunds_within_limit
    BEFORE INSERT OR UPDATE OF state, amount, first_by, first_amount, first_limit ON refunds
    FOR EACH ROW EXECUTE FUNCTION refuse_refund_beyond_limit();
CREATE TRIGGER refunds_approval_stays
    BEFORE UPDATE OF decided_by, approval_limit, first_by, first_limit, currency ON refunds
    FOR EACH ROW WHEN (
        refund_is_approved(OLD.state) AND refund_is_approved(NEW.state)
        AND (OLD.decided_by, OLD.approval_limit, OLD.first_by, OLD.first_limit, OLD.currency)
            IS DISTINCT FROM
            (NEW.decided_by, NEW.approval_limit, NEW.first_by, NEW.first_limit, NEW.currency))
    EXECUTE FUNCTION refuse_change_of_approval();

-- Taken apart, the parts of a proposal would each be below a limit.
CREATE FUNCTION refuse_other_proposal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A refund stays with its proposal.' USING ERRCODE = 'check_violation';
END $$;

CREATE TRIGGER refunds_proposal_stays BEFORE UPDATE OF proposal ON refunds
    FOR EACH ROW WHEN (OLD.proposal IS DISTINCT FROM NEW.proposal)
    EXECUTE FUNCTION refuse_other_proposal();

-- Within the policy's caps nobody is asked: what they had left is the limit.
CREATE FUNCTION compensation_is_approved(state text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT state NOT IN ('proposed', 'refused')
$$;

CREATE FUNCTION refuse_compensation_beyond_limit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    takes_effect boolean := compensation_is_approved(NEW.state);
    is_first boolean := NEW.first_by IS NOT NULL;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        takes_effect := takes_effect
            AND (NOT compensation_is_approved(OLD.state) OR NEW.value > OLD.value);
        is_first := is_first AND (NEW.first_by, NEW.value, NEW.first_limit)
            IS DISTINCT FROM (OLD.first_by, OLD.value, OLD.first_limit);
    END IF;
    IF takes_effect THEN
        PERFORM require_within_limit(NEW.value, NEW.approval_limit, TG_TABLE_NAME);
    END IF;
    IF is_first OR takes_effect AND NEW.first_by IS NOT NULL THEN
        PERFORM require_within_limit(NEW.value, NEW.first_limit, TG_TABLE_NAME);
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER compensations_within_limit
    BEFORE INSERT OR UPDATE OF state, value, first_by, first_limit ON compensations
    FOR EACH ROW EXECUTE FUNCTION refuse_compensation_beyond_limit();
CREATE TRIGGER compensations_approval_stays
    BEFORE UPDATE OF decided_by, approval_limit, first_by, first_limit, currency ON compensations
    FOR EACH ROW WHEN (
        compensation_is_approved(OLD.state) AND compensation_is_approved(NEW.state)
        AND (OLD.decided_by, OLD.approval_limit, OLD.first_by, OLD.first_limit, OLD.currency)
            IS DISTINCT FROM
            (NEW.decided_by, NEW.approval_limit, NEW.first_by, NEW.first_limit, NEW.currency))
    EXECUTE FUNCTION refuse_change_of_approval();
