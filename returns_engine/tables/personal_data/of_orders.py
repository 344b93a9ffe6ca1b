"""What the tables of orders and deliveries hold about a person."""

from returns_engine.tables.personal_data.holding import (
    BY_ORDER,
    CODE,
    EMPTIED,
    GOODS,
    ID,
    MONEY,
    RECORD,
    SHOP,
    USED_PHOTOS,
    Holding,
)

ORDERS: tuple[Holding, ...] = (
    Holding(
        table="orders",
        of_order="t.id = $1",
        why="amounts and dates, for the books",
        kept={"number": SHOP, "channel": "where it was sold", "language": "one of our own"},
    ),
    Holding(
        table="order_contacts",
        of_order=BY_ORDER,
        why="to write to the customer and to print the label",
        goes=True,
    ),
    Holding(
        table="photos",
        # One of the bench that another order's return uses too is not this person's alone.
        of_order=f"""
(t."order" = $1 OR t."order" IS NULL
 AND t.id = ANY(ARRAY(SELECT used.id::uuid FROM ({USED_PHOTOS}) AS used (id)))
 AND NOT EXISTS (SELECT FROM inspection_lines i JOIN inspections s ON s.id = i.inspection
                 JOIN returns r ON r.id = s.return_id
                 WHERE i.photo_ids @> to_jsonb(t.id::text) AND r."order" <> $1)
 AND NOT EXISTS (SELECT FROM return_lines l JOIN returns r ON r.id = l.return_id
                 WHERE l.photo_ids @> to_jsonb(t.id::text) AND r."order" <> $1)
 AND NOT EXISTS (SELECT FROM parcels p
                 WHERE p.photo_ids @> to_jsonb(t.id::text) AND p."order" <> $1))
""",  # noqa: S608 - pieces of our own
        why="proof of the condition of goods; the files go with the rows",
        goes=True,
    ),
    Holding(
        table="order_lines",
        of_order=BY_ORDER,
        why="what was sold, for the books",
        # The title of a personalized thing may hold a name.
        erased={
            "title": "CASE WHEN t.kind = 'personalized' THEN t.sku ELSE t.title END",
            "vehicle": EMPTIED,
            "image_url": EMPTIED,
        },
        kept={"line_id": SHOP, "sku": GOODS, "category": GOODS},
    ),
    Holding(
        table="payments",
        of_order=BY_ORDER,
        why="money can only go back by the way it came",
        kept={"payment_id": SHOP, "reference": MONEY, "method": "card, wallet, marketplace"},
    ),
    Holding(
        table="shipments",
        of_order=BY_ORDER,
        why="when it was delivered decides about windows and warranties",
        # At the carrier it leads to a name and an address.
        erased={"tracking_number": EMPTIED},
        kept={"shipment_id": SHOP, "carrier": "a carrier"},
    ),
    Holding(
        table="shipment_lines",
        of_order='t.shipment IN (SELECT s.id FROM shipments s WHERE s."order" = $1)',
        why="which units came in which parcel",
    ),
    Holding(
        table="delivery_evidence",
        of_order='t.shipment IN (SELECT s.id FROM shipments s WHERE s."order" = $1)',
        why="when it was delivered, and who said so; append only",
    ),
    Holding(
        table="decisions",
        of_order=BY_ORDER,
        why="what the policy answered, and why; append only",
        kept={
            "policy_id": ID,
            "code": CODE,
            "request": RECORD,
            "facts": RECORD,
            "answer": RECORD,
        },
    ),
    Holding(
        table="request_drafts",
        of_order=BY_ORDER,
        why="what the customer filled in and has not sent; gone after a week",
        goes=True,
    ),
)
