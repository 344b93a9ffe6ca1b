"""Whom an event is for: some are between colleagues, and customers never hear of them."""

NOTE = "note.written"
BACK_TO_BENCH = "refund.back_to_bench"
FOR_STAFF_ALONE = frozenset(
    {
        NOTE,
        BACK_TO_BENCH,
        "mail.attached",
        "messages.settled",
        # An approval that another person must confirm is nothing a customer can count on yet.
        "refund.first_approved",
        "compensation.first_approved",
        "replacement.first_ordered",
        # A rejection is nothing a customer hears of before two people, or a third, have said so.
        "opinion.asked",
        "opinion.agreed",
        "opinion.disputed",
        "opinion.decided",
        "opinion.withdrawn",
        "refund.blocked",
        "refund.held",
        "refund.released",
        "refund.pay_otherwise",
        "refund.went_after_all",
    }
)
"""Types of events that are wholly absent from whatever a customer gets."""

WORDS_OF_OURS = frozenset(
    {
        "message.written",
        "return.info_requested",
        "return.declined",
        "appeal.upheld",
        "appeal.dismissed",
        "messages.settled",
    }
)
"""Types of events by which, coming from our side, what the customer wrote is answered."""
