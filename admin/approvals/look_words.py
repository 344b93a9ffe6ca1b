"""What the staff reads for why a refund wants a look of its own; the ids are the English texts."""

from collections.abc import Mapping

from returns_engine.rules.batch import LookAt
from returns_engine.texts.words import mark

LOOK_AT: Mapping[LookAt, str] = {
    LookAt.KIND: mark("not a plain return"),
    LookAt.AMOUNT: mark("more than may go with others"),
    LookAt.TWO_PEOPLE: mark("needs two people"),
    LookAt.NOT_ALL_OF_IT: mark("not all of it can go back"),
    LookAt.PAID_BY_HAND: mark("paid by hand, or soon"),
    LookAt.DISPUTE: mark("disputed"),
    LookAt.MISMATCH: mark("the payment is not what our books say"),
    LookAt.HOLD: mark("on hold"),
    LookAt.LATE: mark("came late"),
    LookAt.OVERRIDE: mark("a rule was set aside"),
    LookAt.APPEAL: mark("appealed"),
    LookAt.REJECTED: mark("partly rejected"),
    LookAt.KEPT: mark("the customer keeps an item"),
    LookAt.FAULT_TURNS: mark("the bench found something else"),
    LookAt.VALUE: mark("more than was paid"),
}
