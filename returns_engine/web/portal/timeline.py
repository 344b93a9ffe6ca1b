"""What happened, in words for the customer; what is for the books alone is left out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from returns_engine.rules.lifecycle.replacement_states import ReplacementState
from returns_engine.rules.words import ActorKind, Resolution
from returns_engine.texts.words import mark

SENTENCES: Mapping[str, str] = {
    "return.requested": mark("You asked for this return."),
    "return.approved": mark("Your return was accepted."),
    "return.in_review": mark("Your request was put before a person."),
    "return.info_requested": mark("We asked you a question."),
    "return.answered": mark("You answered."),
    "return.declined": mark("We could not accept your return."),
    "return.withdrawn": mark("You withdrew your return."),
    "return.expired": mark("The label was not used in time."),
    "return.revived": mark("Your parcel came late; we looked at it all the same."),
    "return.appealed": mark("You asked for another person to look."),
    "appeal.upheld": mark("Another person looked again: you were right."),
    "appeal.dismissed": mark("Another person looked again; what was decided stands."),
    "consent.given": mark("You let us keep items."),
    "label.issued": mark("Your label was made."),
    "label.reminded": mark("We reminded you of your label."),
    "parcel.announced": mark("You told us your tracking number."),
    "parcel.received": mark("A parcel of yours arrived."),
    "parcel.matched": mark("A parcel that came without its number was found to be yours."),
    "parcel.released": mark("That parcel was not yours after all."),
    "lines.inspected": mark("We inspected what arrived."),
    "lines.undone": mark("We take back what we found, and look at it again."),
    "lines.reopened": mark("We look at your items once more."),
    "outstanding.given_up": mark("We stopped waiting for what did not come."),
    "goods.sent_back": mark("We sent items back to you."),
    "refund.proposed": mark("Your refund was worked out."),
    "refund.approved": mark("Your refund was approved."),
    "refund.refused": mark("Your refund was not approved."),
    "refund.succeeded": mark("Your refund was sent."),
    "refund.recorded": mark("Your refund was sent."),
    "refund.to_pay_by_hand": mark("We pay your refund in another way than you paid."),
    "refund.failed": mark("Your refund did not go through; we are seeing to it."),
    "replacement.planned": mark("A replacement was planned for you."),
    "replacement.awaiting_stock": mark("Your replacement is out of stock for now."),
    "replacement.ordered": mark("Your replacement is being made ready."),
    "replacement.shipped": mark("Your replacement is on its way."),
    "replacement.delivered": mark("Your replacement has arrived."),
    "replacement.cancelled": mark("We cannot send your replacement."),
    "compensation.given": mark("We gave you something extra, because the fault was ours."),
    "choice.offered": mark("We asked you to choose."),
    "choice.chosen": mark("You chose what we shall do."),
    "choice.defaulted": mark("The time to choose was over."),
    "choice.withdrawn": mark("You need not choose any more."),
    "message.written": mark("A message was written."),
    "mail.bounced": mark("A mail to you came back to us."),
    "mail.resent": mark("A mail was sent to you again."),
    "carrier.asked": mark("We asked the carrier."),
    "label.voided": mark("Your label is no longer valid; a new one follows."),
    "label.renewed": mark("A new label was asked for."),
}
_OF_A_KIND: Mapping[str, Mapping[str, str]] = {
    "warranty": {
        "return.requested": mark("You made this warranty claim."),
        "return.approved": mark("Your claim was accepted."),
        "return.declined": mark("We could not accept your claim."),
        "return.withdrawn": mark("You withdrew your claim."),
    },
    "cancellation": {
        "return.requested": mark("You asked us to cancel."),
        "return.approved": mark("Your cancellation was accepted."),
        "return.declined": mark("We could not cancel it."),
        "return.withdrawn": mark("You withdrew your request."),
    },
    "delivery_problem": {
        "return.requested": mark("You told us about your parcel."),
        "return.approved": mark("Your request was accepted."),
        "return.declined": mark("We could not accept your request."),
        "return.withdrawn": mark("You withdrew your request."),
    },
}
_OPENED_BY_US = mark("We opened this for you.")
_OTHERS_SIDE = mark("We wrote to you.")
_OWN_SIDE = mark("You wrote to us.")
# What people said to each other stands under "Messages"; reasons stand where they were given.
_WITH_WORDS = frozenset(
    {
        "return.declined",
        "appeal.dismissed",
        "refund.refused",
        "refund.approved",
        "replacement.cancelled",
        "carrier.asked",
    }
)
_TALK = frozenset(
    {
        "message.written",
        "return.in_review",
        "return.info_requested",
        "return.answered",
        "return.appealed",
    }
)

STEPS = (
    mark("Asked for"),
    mark("Accepted"),
    mark("On its way"),
    mark("Inspected"),
    mark("Refunded"),
)
_WITHOUT_GOODS = frozenset({2, 3})
_LAST = len(STEPS) - 1
_SENT_AGAIN = mark("Replaced")
_BOTH = mark("Replaced and refunded")
_STEP_OF = {
    "requested": 0,
    "in_review": 0,
    "needs_info": 0,
    "approved": 1,
    "label_issued": 1,
    "in_transit": 2,
    "partially_received": 3,
    "received": 3,
    "inspected": 4,
    "settling": 4,
    "closed": 5,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """The money of one refund, in minor units; `paid_with` where there are several."""

    amount: int
    currency: str
    paid_with: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Something that happened: `by_customer` tells whose doing it was, `sum` what money it was."""

    says: str
    at: str
    by_customer: bool
    text: str | None
    sum: Sum | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Something one side wrote to the other; of a mail also its photos, and what was not kept."""

    says: str
    at: str
    by_customer: bool
    text: str
    photo_ids: tuple[str, ...]
    cut: int
    files_left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One of the five steps of a return: `done`, `now` or `later`."""

    says: str
    stands: str


def timeline(
    events: Iterable[Mapping[str, Any]],
    kind: str = "return",
    money: Sequence[Mapping[str, Any]] = (),
) -> list[Entry]:
    """Return what the customer reads of the record, newest first; no name of the staff.

    `money` are the refunds as the page shows them: what happens to one names which it is.
    """
    entries = [
        Entry(
            says=_says(event, kind),
            at=event["at"],
            by_customer=_is_theirs(event),
            text=event["text"] if event["type"] in _WITH_WORDS else None,
            sum=_sum(event, money),
        )
        for event in events
        if event["type"] in SENTENCES
    ]
    return entries[::-1]


def conversation(events: Iterable[Mapping[str, Any]]) -> list[Said]:
    """Return what was said between the customer and us, oldest first; what was erased is left out.

    A mail of photos alone holds no words, and still says something.
    """
    return [
        Said(
            says=_OWN_SIDE if _is_theirs(event) else _OTHERS_SIDE,
            at=event["at"],
            by_customer=_is_theirs(event),
            text=event["text"],
            photo_ids=tuple(event["data"].get("photo_ids", ())),
            cut=event["data"].get("cut", 0),
            files_left_out=event["data"].get("files_left_out", 0),
        )
        for event in events
        if event["type"] in _TALK and event["text"] is not None
    ]


def done_last(events: Sequence[Mapping[str, Any]], happened: str, words: str | None) -> bool:
    """Tell whether the customer did this in the same words, and nobody of ours acted since."""
    for event in reversed(events):
        if event["type"] == happened and _is_theirs(event):
            return bool(event["text"] == words)
        if event["actor"]["kind"] not in {ActorKind.CUSTOMER, ActorKind.SYSTEM}:
            return False
    return False


def last_question(events: Iterable[Mapping[str, Any]]) -> str | None:
    """Return what we asked last, for the page to show above the answer."""
    asked = [event["text"] for event in events if event["type"] == "return.info_requested"]
    return asked[-1] if asked else None


def appeal_answer(events: Iterable[Mapping[str, Any]]) -> str | None:
    """Return why an appeal was not right, in the words of whoever heard it."""
    return next((event["text"] for event in events if event["type"] == "appeal.dismissed"), None)


def declined_because(events: Iterable[Mapping[str, Any]]) -> str | None:
    """Return why the return was declined, in the words of whoever declined it."""
    return next((event["text"] for event in events if event["type"] == "return.declined"), None)


def steps(case: Mapping[str, Any]) -> list[Step]:
    """Return the steps of a return that goes its way; none for one that ended before.

    Where nothing is sent back, nothing is on its way and nothing is inspected. While an appeal is
    heard the case stands beside its way, and would seem to begin anew.
    """
    heard = case["appeal"] is not None and case["appeal"]["outcome"] is None
    if heard or case["state"] not in _STEP_OF:
        return []
    now = _STEP_OF[case["state"]]
    last = _last_step(case)
    return [
        Step(
            says=last if place == _LAST else says,
            stands="done" if place < now else "now" if place == now else "later",
        )
        for place, says in enumerate(STEPS)
        if case["goods_expected"] or place not in _WITHOUT_GOODS
    ]


def _last_step(case: Mapping[str, Any]) -> str:
    """Return what it ends in: the same again, money, or both; a cancelled replacement is money."""
    again = [line["resolution"] == Resolution.REPLACEMENT for line in case["lines"]]
    if all(again):
        return STEPS[_LAST] if case["refunds"] else _SENT_AGAIN
    states = [one["state"] for one in case["replacements"]]
    called_off = states and all(state == ReplacementState.CANCELLED for state in states)
    return _BOTH if any(again) and not called_off else STEPS[_LAST]


def _says(event: Mapping[str, Any], kind: str) -> str:
    happened = event["type"]
    if happened == "message.written":
        return _OWN_SIDE if _is_theirs(event) else _OTHERS_SIDE
    if happened == "return.requested" and not _is_theirs(event):
        return _OPENED_BY_US
    return _OF_A_KIND.get(kind, {}).get(happened, SENTENCES[happened])


def _sum(event: Mapping[str, Any], money: Sequence[Mapping[str, Any]]) -> Sum | None:
    """Return the money as it was at the event: proposed is one thing, approved may be another."""
    about = event["data"].get("refund_id")
    refund = next((one for one in money if str(one["id"]) == about), None)
    if refund is None:
        return None
    now = refund["proposed"] if refund["amount"] is None else refund["amount"]
    return Sum(
        amount=event["data"].get("amount", now),
        currency=refund["currency"],
        paid_with=refund["paid_with"] if len(money) > 1 else None,
    )


def _is_theirs(event: Mapping[str, Any]) -> bool:
    return bool(event["actor"]["kind"] == ActorKind.CUSTOMER)
