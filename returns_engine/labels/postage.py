"""Say what a label is worth at the counter, and nothing more than that."""

from returns_engine.labels.content import LabelContent, LabelNotPrintable, carrier_in_words
from returns_engine.rules.words import Postage
from returns_engine.texts.localized import Texts


def postage_line(content: LabelContent, texts: Texts) -> str:
    """Return the postage as it stands on the label, or raise LabelNotPrintable if it is untrue.

    A PDF of ours is not a stamp: billed labels name the account, prepaid ones carry the carrier's
    own page, and a reimbursed one says that it is no postage.
    """
    _refuse_untrue_postage(content)
    carrier = carrier_in_words(content.carrier, texts)
    match content.postage:
        case Postage.BILLED_TO_ACCOUNT:
            account = content.account
            return texts.gettext(
                "Bill %(carrier)s account %(account)s", carrier=carrier, account=account
            )
        case Postage.PREPAID:
            return texts.gettext("Postage prepaid, %(carrier)s", carrier=carrier)
        case Postage.REIMBURSED:
            return texts.gettext("This is not postage")


def postage_note(content: LabelContent, texts: Texts) -> str:
    """Return what the customer does about postage, in one or two sentences."""
    match content.postage:
        case Postage.BILLED_TO_ACCOUNT:
            return texts.gettext(
                "The way back is charged to the return account of %(merchant)s at %(carrier)s. You"
                " pay nothing at the counter.",
                merchant=content.merchant,
                carrier=carrier_in_words(content.carrier, texts),
            )
        case Postage.PREPAID:
            return texts.gettext("The way back is paid for. You pay nothing at the counter.")
        case Postage.REIMBURSED:
            return texts.gettext(
                "Please pay the postage at the counter and keep the receipt. We refund it up to"
                " %(amount)s.",
                amount=content.reimbursed_up_to,
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
