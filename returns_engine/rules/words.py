"""The words of the trade, each list in one place, for code, database, screens and documents."""

from enum import StrEnum


class OrderStatus(StrEnum):
    """The merchant's own word for an order; `completed` means shipped, not delivered (12)."""

    PENDING = "pending"
    PROCESSING = "processing"
    COMPLETED = "completed"
    CANCELED = "canceled"


class ItemKind(StrEnum):
    """What a line is; made-to-order kinds do not come back for a change of mind (49)."""

    STOCK = "stock"
    CUSTOM = "custom"
    PERSONALIZED = "personalized"
    SPECIAL_ORDER = "special_order"
    GIFT_CARD = "gift_card"


class Evidence(StrEnum):
    """How we know when something was delivered, strongest first (B-1)."""

    CARRIER_SCAN = "carrier_scan"
    CUSTOMER_STATEMENT = "customer_statement"
    ESTIMATE = "estimate"


class ReturnKind(StrEnum):
    """What a case is about."""

    RETURN = "return"
    WARRANTY = "warranty"
    CANCELLATION = "cancellation"
    DELIVERY_PROBLEM = "delivery_problem"


class Reason(StrEnum):
    """Why a customer sends something back."""

    CHANGED_MIND = "changed_mind"
    WRONG_MODEL_CHOSEN = "wrong_model_chosen"
    COLOR_TEXTURE = "color_texture"
    DEFECTIVE = "defective"
    DAMAGED_IN_TRANSIT = "damaged_in_transit"
    WRONG_ITEM = "wrong_item"
    NOT_AS_DESCRIBED = "not_as_described"
    MISSING_PARTS = "missing_parts"
    LATE = "late"
    OTHER = "other"
    NOT_RECEIVED = "not_received"
    UNDELIVERABLE = "undeliverable"
    OUT_OF_STOCK = "out_of_stock"


MERCHANT_FAULTS = frozenset(
    {
        Reason.DEFECTIVE,
        Reason.DAMAGED_IN_TRANSIT,
        Reason.WRONG_ITEM,
        Reason.NOT_AS_DESCRIBED,
        Reason.MISSING_PARTS,
    }
)
CHANGES_OF_MIND = frozenset({Reason.CHANGED_MIND, Reason.WRONG_MODEL_CHOSEN, Reason.COLOR_TEXTURE})
DELIVERY_PROBLEMS = frozenset({Reason.NOT_RECEIVED, Reason.UNDELIVERABLE, Reason.LATE})
ONLY_CANCELLATIONS = frozenset({Reason.OUT_OF_STOCK})


class Cause(StrEnum):
    """What a customer says made a covered item fail (47, B-7)."""

    SEAM_FAILURE = "seam_failure"
    MATERIAL_FAILURE = "material_failure"
    FADING = "fading"
    FASTENER_FAILURE = "fastener_failure"
    SPILL = "spill"
    CUT = "cut"
    BURN = "burn"
    ACCIDENT = "accident"
    WRONG_FITTING = "wrong_fitting"
    UNCLEAR = "unclear"


HUMAN_DAMAGE = frozenset({Cause.SPILL, Cause.CUT, Cause.BURN, Cause.ACCIDENT, Cause.WRONG_FITTING})


class Resolution(StrEnum):
    """What the customer gets: money, the same thing again, or money and a link to order anew."""

    REFUND = "refund"
    REPLACEMENT = "replacement"
    EXCHANGE = "exchange"


class ContactChannel(StrEnum):
    """Where the customer wants to hear from us (52)."""

    EMAIL = "email"
    SMS = "sms"
    WHATSAPP = "whatsapp"
    PHONE = "phone"


class Outcome(StrEnum):
    """What one rule answers."""

    PASS = "pass"  # noqa: S105 - an outcome, not a password
    FAIL = "fail"
    REVIEW = "review"
    NOT_APPLICABLE = "not_applicable"


class Verdict(StrEnum):
    """What a line, or a whole request, comes to; the strictest wins."""

    ELIGIBLE = "eligible"
    NEEDS_REVIEW = "needs_review"
    INELIGIBLE = "ineligible"


class RuleName(StrEnum):
    """The eight rules, in the order in which they speak."""

    ORDER_STATE = "order_state"
    RETURN_WINDOW = "return_window"
    CONDITION = "condition"
    EXCLUSIONS = "exclusions"
    QUANTITY = "quantity"
    WARRANTY = "warranty"
    PHOTOS = "photos"
    DESTINATION = "destination"


class InspectionVerdict(StrEnum):
    """What the bench says of a unit."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class Grade(StrEnum):
    """The state of a unit at the bench, best first."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


class Disposition(StrEnum):
    """Where the goods go; a rejected unit is still the customer's."""

    RESTOCK = "restock"
    REFURBISH = "refurbish"
    QUARANTINE = "quarantine"
    SCRAP = "scrap"
    SEND_BACK = "send_back"


CUSTOMERS_GOODS = frozenset({Disposition.QUARANTINE, Disposition.SEND_BACK})


class FoundCause(StrEnum):
    """What the bench found behind the customer's words: it tells whose fault it was."""

    NONE = "none"
    MATERIAL = "material"
    SEWING = "sewing"
    TRANSIT = "transit"
    PACKING_ERROR = "packing_error"
    WRONG_LABEL = "wrong_label"
    DESCRIPTION = "description"
    MISUSE = "misuse"
    SEAM_FAILURE = "seam_failure"
    MATERIAL_FAILURE = "material_failure"
    FADING = "fading"
    FASTENER_FAILURE = "fastener_failure"
    SPILL = "spill"
    CUT = "cut"
    BURN = "burn"
    ACCIDENT = "accident"
    WRONG_FITTING = "wrong_fitting"
    UNCLEAR = "unclear"


HUMAN_FOUND = frozenset(
    {
        FoundCause.MISUSE,
        FoundCause.SPILL,
        FoundCause.CUT,
        FoundCause.BURN,
        FoundCause.ACCIDENT,
        FoundCause.WRONG_FITTING,
    }
)


class CompensationKind(StrEnum):
    """What is given on top for our fault (63, 67, 76)."""

    GIFT = "gift"
    COUPON = "coupon"


class Postage(StrEnum):
    """What the label is worth at the counter; no mail says prepaid when it is not."""

    BILLED_TO_ACCOUNT = "billed_to_account"
    PREPAID = "prepaid"
    REIMBURSED = "reimbursed"


class ActorKind(StrEnum):
    """Who acts."""

    CUSTOMER = "customer"
    STAFF = "staff"
    API_KEY = "api_key"
    SYSTEM = "system"


class Scope(StrEnum):
    """What a key or a role may do."""

    ORDERS_WRITE = "orders:write"
    RETURNS_READ = "returns:read"
    RETURNS_WRITE = "returns:write"
    RETURNS_REVIEW = "returns:review"
    RECEIVING_WRITE = "receiving:write"
    INSPECTIONS_WRITE = "inspections:write"
    REFUNDS_READ = "refunds:read"
    REFUNDS_APPROVE = "refunds:approve"
    POLICIES_WRITE = "policies:write"


PERSONAL_SCOPES = frozenset({Scope.RETURNS_REVIEW, Scope.INSPECTIONS_WRITE, Scope.REFUNDS_APPROVE})


class Role(StrEnum):
    """What a member of staff is there for."""

    SUPPORT = "support"
    WAREHOUSE = "warehouse"
    FINANCE = "finance"
    MANAGER = "manager"
    ADMINISTRATOR = "administrator"


_SUPPORT = frozenset({Scope.RETURNS_READ, Scope.RETURNS_WRITE, Scope.RETURNS_REVIEW})
_WAREHOUSE = frozenset({Scope.RETURNS_READ, Scope.RECEIVING_WRITE, Scope.INSPECTIONS_WRITE})
_FINANCE = frozenset({Scope.RETURNS_READ, Scope.REFUNDS_READ, Scope.REFUNDS_APPROVE})

ROLE_SCOPES: dict[Role, frozenset[Scope]] = {
    Role.SUPPORT: _SUPPORT,
    Role.WAREHOUSE: _WAREHOUSE,
    Role.FINANCE: _FINANCE,
    Role.MANAGER: _SUPPORT | _WAREHOUSE | _FINANCE | {Scope.POLICIES_WRITE},
    Role.ADMINISTRATOR: frozenset({Scope.ORDERS_WRITE, Scope.POLICIES_WRITE}),
}
