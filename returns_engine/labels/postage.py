"""Say what a label is worth at the counter, and nothing more than that."""

from returns_engine.labels.content import LabelContent, LabelNotPrintable, carrier_in_words
from returns_engine.rules.words import Postage


def postage_line(content: LabelContent) -> str:
    """Return the postage as it stands on the label, or raise LabelNotPrintable if it is untrue.

    A PDF of ours is not a stamp: billed labels name the account, prepaid ones carry the carrier's
    own page, and a reimbursed one says that it is no postage.
    """
    _refuse_untrue_postage(content)
    carrier = carrier_in_words(content.carrier)
    match content.postage:
        case Postage.BILLED_TO_ACCOUNT:
            return f"Bill {carrier} account {content.account}"
        case Postage.PREPAID:
            return f"Postage prepaid, {carrier}"
        case Postage.REIMBURSED:
            return "This is not postage"


def postage_note(content: LabelContent) -> str:
    """Return what the customer does about postage, in one or two sentences."""
    carrier = carrier_in_words(content.carrier)
    match content.postage:
        case Postage.BILLED_TO_ACCOUNT:
            return (
                f"The way back is charged to the return account of {content.merchant} at "
                f"{carrier}. You pay nothing at the counter."
            )
        case Postage.PREPAID:
            return "The way back is paid for. You pay nothing at the counter."
        case Postage.REIMBURSED:
            return (
                "Please pay the postage at the counter and keep the receipt. "
                f"We refund it up to {content.reimbursed_up_to}."
            )


def _refuse_untrue_postage(content: LabelContent) -> None:
    needed = {
        Postage.BILLED_TO_ACCOUNT: "account",
        Postage.PREPAID: "prepaid_page",
        Postage.REIMBURSED: "reimbursed_up_to",
    }
    for kind, field in needed.items():
        given = bool(getattr(content, field))
        if kind is content.postage and not given:
            raise LabelNotPrintable(field, f"postage {content.postage} is not true without it")
        if kind is not content.postage and given:
            raise LabelNotPrintable(field, f"does not go with postage {content.postage}")
    if content.carrier is None and content.postage is not Postage.REIMBURSED:
        raise LabelNotPrintable("carrier", f"postage {content.postage} is not true without it")
