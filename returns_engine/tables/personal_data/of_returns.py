"""What the tables of returns, parcels and the bench hold about a person."""

from returns_engine.tables.personal_data.holding import (
    BY_ORDER,
    BY_RETURN,
    CODE,
    DIGEST,
    EMPTIED,
    LINES,
    NO_LIST,
    OF_INSPECTIONS,
    OF_THEIR_PARCELS,
    RETURNS,
    SHOP,
    Holding,
)

RETURNED: tuple[Holding, ...] = (
    Holding(
        table="returns",
        of_order=BY_ORDER,
        why="what became of each request",
        erased={"own_carrier": EMPTIED, "own_tracking_number": EMPTIED},
        kept={
            "promise_terms": "numbers of the policy",
            "appealed_against": CODE,
            "refusers": "ids of the staff",
            "head_hash": DIGEST,
        },
    ),
    Holding(
        table="return_lines",
        of_order=BY_RETURN,
        why="how many units, and why",
        erased={"photo_ids": NO_LIST},
        kept={"declared_condition": "yes or no", "taken": "ids of parcels"},
    ),
    Holding(
        table="line_comments",
        of_order=f"t.return_line IN ({LINES})",
        why="the customer's words, for whoever judges",
        goes=True,
    ),
    Holding(
        table="labels",
        of_order=BY_RETURN,
        why="what we printed and paid for",
        # What no font had are letters of a name.
        erased={"tracking_number": EMPTIED, "missing_glyphs": NO_LIST},
        kept={"carrier": "a carrier"},
    ),
    Holding(
        table="label_documents",
        of_order=(
            f"t.label IN (SELECT b.id FROM labels b WHERE b.return_id IN ({RETURNS}))"  # noqa: S608 - pieces of our own
        ),
        why="the label to print again; names and addresses",
        goes=True,
        unshown=frozenset({"pdf"}),
    ),
    Holding(
        table="receipts",
        of_order=BY_RETURN,
        why="when a parcel came",
        erased={"parcel_reference": EMPTIED},
    ),
    Holding(
        table="receipt_lines",
        of_order=f"t.receipt IN (SELECT e.id FROM receipts e WHERE e.return_id IN ({RETURNS}))",  # noqa: S608 - pieces of our own
        why="what it held",
    ),
    Holding(
        table="inspections",
        of_order=BY_RETURN,
        why="who looked, and when",
        kept={"led_to": "ids and numbers"},
    ),
    Holding(
        table="inspection_lines",
        of_order=f"t.inspection {OF_INSPECTIONS}",
        why="the verdict, for who asks why",
        erased={"note": EMPTIED, "photo_ids": NO_LIST},
        kept={"checks": "yes or no", "clause": "a clause"},
    ),
    Holding(
        table="opinions",
        of_order=BY_RETURN,
        why="what two people made of the same photos",
        erased={
            "photo_ids": NO_LIST,
            "first_note": EMPTIED,
            "second_note": EMPTIED,
            "decision_note": EMPTIED,
        },
        kept={
            "first_checks": "yes or no",
            "second_checks": "yes or no",
            "first_clause": "a clause",
        },
    ),
    Holding(
        table="consents",
        of_order=f"t.return_line IN ({LINES})",
        why="that the customer let us keep rejected goods",
    ),
    Holding(
        table="parcels",
        of_order=OF_THEIR_PARCELS.replace("p.", "t."),
        why="what lies in quarantine, and whose it may be",
        erased={
            "tracking_number": EMPTIED,
            "sender": EMPTIED,
            "contents": EMPTIED,
            "note": EMPTIED,
            "photo_ids": NO_LIST,
            "back_tracking_number": EMPTIED,
        },
        kept={"back_carrier": "a carrier", "label_pdf": "number, place and day; no name"},
        unshown=frozenset({"label_pdf"}),
    ),
    Holding(
        table="replacements",
        of_order=BY_RETURN,
        why="what we sent again",
        erased={"tracking_number": EMPTIED},
        kept={"external_order": SHOP, "first_order": SHOP, "carrier": "a carrier"},
    ),
)
