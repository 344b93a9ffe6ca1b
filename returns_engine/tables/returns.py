"""A return and what happens to it: decision, lines, label, receipts, inspections."""

from piccolo.columns import (
    JSONB,
    UUID,
    Boolean,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    OnDelete,
    Serial,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.columns.defaults.uuid import UUID4
from piccolo.constraints import Check
from piccolo.table import Table

from returns_engine.tables.orders import Order, OrderLine
from returns_engine.tables.reference import Warehouse


class DecisionRecord(Table, tablename="decisions", help_text="What the policy answered, and why"):
    """A decision with the facts it was made from: ids, amounts, dates and clauses alone."""

    id = UUID(primary_key=True, default=UUID4())
    order = ForeignKey(Order, on_delete=OnDelete.restrict, null=False)
    as_of = Timestamptz(default=None)
    policy_id = Varchar(length=64)
    policy_version = Integer()
    verdict = Varchar(length=16)
    code = Varchar(length=64, null=True, default=None, help_text="Of the first refusal")
    request = JSONB(help_text="What was asked, without free text")
    facts = JSONB(help_text="The order and its history as they stood")
    answer = JSONB(help_text="The whole decision")

    decisions_ck_verdict = Check("verdict IN ('eligible', 'needs_review', 'ineligible')")


class Return(Table, tablename="returns", help_text="A customer's case"):
    """A return: `permission` is a lifecycle of its own, `state` the headline derived from all."""

    id: Serial
    number = Varchar(length=16, unique=True, help_text="The RMA number")
    order = ForeignKey(Order, on_delete=OnDelete.restrict, null=False)
    decision = ForeignKey(DecisionRecord, on_delete=OnDelete.restrict, null=False)
    kind = Varchar(length=24)
    permission = Varchar(length=16, default="requested")
    state = Varchar(length=24, default="requested", index=True, help_text="The headline")
    resolution = Varchar(length=16, null=True, default=None)
    contact_channel = Varchar(length=16, null=True, default=None)
    late = Boolean(default=False)
    on_hold = Boolean(default=False)
    overridden = Boolean(default=False)
    goods_expected = Boolean(default=True)
    restocking_bps = Integer(default=0, help_text="The policy's fee when it was requested")
    label_fee = Integer(default=0, help_text="Likewise, minor units")
    promise_terms = JSONB(default="{}", help_text="What the policy promised then, and by when")
    refused_by = Integer(
        null=True, default=None, help_text="The person who declined, for the appeal"
    )
    requested_at = Timestamptz(default=None)
    approved_at = Timestamptz(default=None, null=True)
    label_issued_at = Timestamptz(default=None, null=True)
    in_transit_at = Timestamptz(default=None, null=True)
    appealed = Boolean(default=False, help_text="The one appeal was used")
    appealed_at = Timestamptz(default=None, null=True)
    appealed_against = JSONB(default="[]", help_text="declined, rejection, lowered")
    refusers = JSONB(default="[]", help_text="Persons who may not decide the appeal")
    appeal_outcome = Varchar(length=16, null=True, default=None)
    appeal_decided_at = Timestamptz(default=None, null=True)
    appeal_decided_by = Integer(null=True, default=None, help_text="A person of the staff")
    carrier_asked_at = Timestamptz(
        default=None, null=True, help_text="When we last asked the carrier (74)"
    )
    last_received_at = Timestamptz(default=None, null=True)
    closed_at = Timestamptz(default=None, null=True)
    own_carrier = Varchar(length=64, null=True, default=None)
    own_tracking_number = Varchar(length=128, null=True, default=None, index=True)
    event_count = Integer(default=0)
    head_hash = Varchar(length=64, default="")
    version = Integer(default=1)

    returns_ck_kind = Check("kind IN ('return', 'warranty', 'cancellation', 'delivery_problem')")
    returns_ck_permission = Check(
        "permission IN ('requested', 'in_review', 'needs_info', 'approved', 'declined',"
        " 'withdrawn', 'expired')"
    )
    returns_ck_state = Check(
        "state IN ('requested', 'in_review', 'needs_info', 'declined', 'withdrawn', 'expired',"
        " 'approved', 'label_issued', 'in_transit', 'partially_received', 'received',"
        " 'inspected', 'settling', 'closed')"
    )
    returns_ck_counts = Check("version >= 1 AND event_count >= 0")
    returns_ck_appeal = Check(
        "appeal_outcome IS NULL OR (appealed AND appeal_outcome IN ('upheld', 'dismissed'))"
    )
    returns_ck_appeal_other_person = Check(
        "appeal_decided_by IS NULL OR NOT refusers @> to_jsonb(appeal_decided_by)"
    )


class ReturnLine(Table, tablename="return_lines", help_text="Units of one order line in a return"):
    """Units of an order line that are asked for, counted through every step."""

    id: Serial
    return_ = ForeignKey(
        Return, on_delete=OnDelete.restrict, null=False, db_column_name="return_id"
    )
    order_line = ForeignKey(OrderLine, on_delete=OnDelete.restrict, null=False)
    position = Integer(default=0)
    reason = Varchar(length=24, null=True, default=None)
    cause = Varchar(length=24, null=True, default=None)
    resolution = Varchar(length=16, default="refund")
    declared_condition = JSONB(null=True, default=None)
    photo_ids = JSONB(default="[]")
    taken = JSONB(default="[]", help_text="Which parcels the units came in")
    goods_expected = Boolean(default=True)
    shipping_back = Boolean(
        default=False, help_text="Outbound shipping goes back with these units (B-20)"
    )
    requested = Integer(default=1)
    received = Integer(default=0)
    accepted = Integer(default=0)
    rejected = Integer(default=0)
    in_opinion = Integer(default=0, help_text="Units that wait for a second opinion")
    given_up = Integer(default=0)
    sent_back = Integer(default=0, help_text="Rejected units that left for the customer")
    disposed = Integer(default=0, help_text="Rejected units that the customer let us keep")
    proposed = Integer(default=0, help_text="Units that a refund or a replacement was made for")
    refunded = Integer(default=0)
    replaced = Integer(default=0)

    return_lines_ck_received = Check("requested >= 1 AND received >= 0 AND received <= requested")
    return_lines_ck_verdicts = Check(
        "accepted >= 0 AND rejected >= 0 AND accepted + rejected <= received"
    )
    return_lines_ck_given_up = Check("given_up >= 0 AND given_up + received <= requested")
    return_lines_ck_sent_back = Check("sent_back >= 0 AND sent_back <= rejected")
    return_lines_ck_disposed = Check("disposed >= 0 AND sent_back + disposed <= rejected")
    return_lines_ck_settled = Check(
        "refunded >= 0 AND replaced >= 0 AND refunded + replaced <= proposed AND proposed <="
        " CASE WHEN goods_expected THEN accepted ELSE requested END"
    )


class LineComment(Table, tablename="line_comments", help_text="The customer's words; erasable"):
    """What the customer wrote about a line."""

    id: Serial
    return_line = ForeignKey(ReturnLine, on_delete=OnDelete.cascade, null=False, unique=True)
    text = Text()


class Label(Table, tablename="labels", help_text="The label a parcel comes back under"):
    """A return label; the document holds an address, so it stands in a row of its own."""

    id: Serial
    return_ = ForeignKey(
        Return, on_delete=OnDelete.restrict, null=False, unique=True, db_column_name="return_id"
    )
    warehouse = ForeignKey(Warehouse, on_delete=OnDelete.restrict, null=False)
    carrier = Varchar(length=64)
    tracking_number = Varchar(length=128, null=True, default=None, index=True)
    postage = Varchar(length=24)
    expires_at = Timestamptz(default=None)
    send_by = Date(default=None, null=True)
    issued_at = Timestamptz(default=None)
    reminded = Integer(default=0, help_text="How often the customer was reminded of it")
    missing_glyphs = JSONB(default="[]")

    labels_ck_postage = Check("postage IN ('billed_to_account', 'prepaid', 'reimbursed')")


class LabelDocument(Table, tablename="label_documents", help_text="The PDF; erasable"):
    """The printed label and its instructions."""

    id: Serial
    label = ForeignKey(Label, on_delete=OnDelete.cascade, null=False, unique=True)
    pdf = Bytea()


class Receipt(Table, tablename="receipts", help_text="A parcel that arrived"):
    """One physical arrival; a return may have several."""

    id: Serial
    return_ = ForeignKey(
        Return, on_delete=OnDelete.restrict, null=False, db_column_name="return_id"
    )
    parcel_reference = Varchar(length=128, null=True, default=None)
    received_at = Timestamptz(default=None)
    received_by = Integer(null=True, default=None, help_text="A person of the staff")


class ReceiptLine(Table, tablename="receipt_lines", help_text="What a parcel held"):
    """Units of a return line in one arrival."""

    id: Serial
    receipt = ForeignKey(Receipt, on_delete=OnDelete.restrict, null=False)
    return_line = ForeignKey(ReturnLine, on_delete=OnDelete.restrict, null=False)
    quantity = Integer(default=1)

    receipt_lines_ck_quantity = Check("quantity >= 1")


class Inspection(Table, tablename="inspections", help_text="What the bench found"):
    """One sitting at the bench, by one person."""

    id: Serial
    return_ = ForeignKey(
        Return, on_delete=OnDelete.restrict, null=False, db_column_name="return_id"
    )
    inspected_at = Timestamptz(default=None)
    inspected_by = Integer(null=True, default=None, help_text="A person of the staff")
    led_to = JSONB(default="{}", help_text="What was made of it at once: ids, and units by line")
    undone_at = Timestamptz(default=None, null=True, help_text="Taken back by who made it")


class InspectionLine(Table, tablename="inspection_lines", help_text="A verdict on some units"):
    """A verdict on units of a return line, with the four checks of the policy (43)."""

    id: Serial
    inspection = ForeignKey(Inspection, on_delete=OnDelete.restrict, null=False)
    return_line = ForeignKey(ReturnLine, on_delete=OnDelete.restrict, null=False)
    quantity = Integer(default=1)
    checks = JSONB(default="{}")
    grade = Varchar(length=1)
    found_cause = Varchar(length=24, null=True, default=None)
    verdict = Varchar(length=16)
    disposition = Varchar(length=16)
    note = Text(null=True, default=None)
    clause = Varchar(length=64, null=True, default=None, help_text="What a rejection rests on")
    photo_ids = JSONB(default="[]")
    superseded = Integer(
        default=0, help_text="Units to be judged again: after an appeal, or taken back"
    )

    inspection_lines_ck_superseded = Check("superseded >= 0 AND superseded <= quantity")
    inspection_lines_ck_quantity = Check("quantity >= 1")
    inspection_lines_ck_grade = Check("grade IN ('A', 'B', 'C', 'D')")
    inspection_lines_ck_verdict = Check("verdict IN ('accepted', 'rejected')")
    inspection_lines_ck_disposition = Check(
        "disposition IN ('restock', 'refurbish', 'quarantine', 'scrap', 'send_back')"
    )


class Consent(
    Table, tablename="consents", help_text="Rejected goods that the customer let us keep"
):
    """The customer's word on rejected units: what may become of them here."""

    id: Serial
    return_line = ForeignKey(ReturnLine, on_delete=OnDelete.restrict, null=False)
    quantity = Integer(default=1)
    disposition = Varchar(length=16)
    given_at = Timestamptz(default=None)

    consents_ck_quantity = Check("quantity >= 1")
    consents_ck_disposition = Check("disposition IN ('restock', 'refurbish', 'scrap')")
