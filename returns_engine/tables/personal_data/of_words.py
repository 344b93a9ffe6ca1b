"""What the tables of mails, promises, events and ways in hold about a person."""

from returns_engine.tables.personal_data.holding import (
    BY_ORDER,
    BY_RETURN,
    CODE,
    DIGEST,
    EMPTIED,
    EVENTS,
    GOODS,
    ID,
    OF_RETURNS,
    Holding,
)

_OF_NO_RETURN = f"t.return_id IS NULL AND {BY_ORDER}"
# A mail of theirs that was put to no case.
_STRAY = """
(t."order" IS NULL AND t.sender = (SELECT c.email FROM order_contacts c WHERE c."order" = $1))
""".strip()

MAILS: tuple[Holding, ...] = (
    Holding(
        table="messages",
        of_order=f"(t.return_id {OF_RETURNS} OR {_OF_NO_RETURN} OR {_STRAY})",
        why="that a mail came or went, and when",
        erased={
            "context": "'{}'::jsonb",
            "recipient": EMPTIED,
            "sender": EMPTIED,
            # Mail programs write the machine's own name into it.
            "message_id": EMPTIED,
            "subject": EMPTIED,
            "text": EMPTIED,
            # A mail server's refusal repeats the address; a mail that waits is not sent any more.
            "error": "CASE WHEN t.state IN ('queued', 'refused', 'bounced') THEN 'erased' END",
            "state": "CASE t.state WHEN 'queued' THEN 'refused' WHEN 'unmatched' THEN 'set_aside'"
            " ELSE t.state END",
            # Nobody can be answered any more.
            "settled_at": "COALESCE(t.settled_at, t.created_at)",
        },
        kept={"template": CODE},
    ),
)
WORDS: tuple[Holding, ...] = (
    Holding(
        table="promises",
        of_order=BY_RETURN,
        why="what we promised, and whether we kept it",
        kept={"what": CODE, "subject": ID},
    ),
    Holding(
        table="choices",
        of_order=BY_ORDER,
        why="what the customer was asked to choose, and chose",
        # Staff write it down in words of their own.
        erased={"done_reference": "CASE WHEN t.done_reference IS NOT NULL THEN 'erased' END"},
        kept={"swap_skus": GOODS, "chosen_sku": GOODS},
    ),
    Holding(
        table="choice_lines",
        of_order='t.choice IN (SELECT c.id FROM choices c WHERE c."order" = $1)',
        why="which units it was about",
    ),
    Holding(
        table="events",
        of_order=EVENTS,
        why="who did what, and when; append only, proven by its hashes",
        kept={
            "chain": ID,
            "type": CODE,
            "actor_id": "an id of the staff or of a key",
            "reason": CODE,
            "data": "ids, amounts, dates and clauses",
            "previous_hash": DIGEST,
            "hash": DIGEST,
        },
    ),
    Holding(
        table="event_texts",
        of_order=f"t.event IN (SELECT t.id FROM events t WHERE {EVENTS})",  # noqa: S608 - pieces of our own
        why="what people wrote; bound to its event by a digest that says nothing alone",
        goes=True,
        unshown=frozenset({"salt"}),
    ),
    Holding(
        table="customer_tokens",
        of_order=BY_ORDER,
        why="lets the customer in for half an hour, renewed by use for twelve hours",
        goes=True,
        unshown=frozenset({"token_digest"}),
    ),
    Holding(
        table="lookup_codes",
        of_order=BY_ORDER,
        why="lets the customer in, for ten minutes",
        goes=True,
        unshown=frozenset({"contact_digest", "code_digest"}),
    ),
)
