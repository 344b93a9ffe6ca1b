"""How it is written down what a table holds of an order, and the pieces of SQL that find it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

ID = "an id"
CODE = "a word of ours"
DIGEST = "a digest of the record"
SHOP = "the shop's own id"
MONEY = "whom the money went back to, at the bank; no name"
RECORD = "decisions hold ids, amounts, dates and clauses alone"
GOODS = "says which goods, not whose"

EMPTIED = "NULL"
NO_LIST = "'[]'::jsonb"

RETURNS = 'SELECT r.id FROM returns r WHERE r."order" = $1'
LINES = f"SELECT l.id FROM return_lines l WHERE l.return_id IN ({RETURNS})"  # noqa: S608 - pieces of our own
BY_ORDER = 't."order" = $1'
BY_RETURN = f"t.return_id IN ({RETURNS})"
OF_INSPECTIONS = f"IN (SELECT n.id FROM inspections n WHERE n.return_id IN ({RETURNS}))"  # noqa: S608 - likewise
# Beside an OR, arrays are looked up by index; what IN (SELECT …) names would be sought in all rows.
OF_RETURNS = f"= ANY(ARRAY({RETURNS}))"
OF_THEIR_PARCELS = f'(p."order" = $1 OR p.return_id {OF_RETURNS} OR p.came_with {OF_RETURNS})'
EVENTS = f"""
t.chain = ANY(ARRAY(
    SELECT 'order:' || o.number FROM orders o WHERE o.id = $1
    UNION ALL SELECT r.number FROM returns r WHERE r."order" = $1
    UNION ALL SELECT 'parcel:' || p.number FROM parcels p WHERE {OF_THEIR_PARCELS}))
""".strip()  # noqa: S608 - likewise

# The photos that the returns of an order use, whoever took them; `photo_ids` stand in many places.
USED_PHOTOS = f"""
SELECT jsonb_array_elements_text(l.photo_ids) FROM return_lines l WHERE l.return_id IN ({RETURNS})
UNION SELECT jsonb_array_elements_text(i.photo_ids) FROM inspection_lines i
      WHERE i.inspection {OF_INSPECTIONS}
UNION SELECT jsonb_array_elements_text(s.photo_ids) FROM opinions s WHERE s.return_id IN ({RETURNS})
UNION SELECT jsonb_array_elements_text(p.photo_ids) FROM parcels p WHERE {OF_THEIR_PARCELS}
UNION SELECT jsonb_path_query(t.data, '$.**.photo_ids[*]') #>> '{{}}' FROM events t WHERE {EVENTS}
"""  # noqa: S608 - pieces of our own


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What one table holds of an order.

    `of_order` is a condition on its rows, `t`, with the order's row id as `$1`. `erased` maps the
    columns that can hold words about a person to the SQL that takes their place; with `goes` the
    whole row is deleted. `kept` says of every other column of text why it may stay; `unshown` are
    columns that no export shows: secrets, and what is handed out as a file.
    """

    table: str
    of_order: str
    why: str
    goes: bool = False
    erased: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, str] = field(default_factory=dict)
    unshown: frozenset[str] = frozenset()
