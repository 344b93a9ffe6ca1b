"""Give the paid refunds of a sample their credit notes, in the order in which they were paid."""

import psycopg

from returns_engine.rules.policy import Policy

# The series goes on from where it stands, and never back into a year that is over.
_NUMBER = """
WITH last AS (SELECT COALESCE(max(year), 0) AS year FROM credit_notes), paid AS (
    SELECT f.id, f.amount, f.currency, f.sent_on, f.succeeded_at,
           GREATEST(extract(year FROM f.succeeded_at AT TIME ZONE %(zone)s)::int, last.year) AS year
    FROM refunds f CROSS JOIN last WHERE f.state = 'succeeded'
      AND NOT EXISTS (SELECT FROM credit_notes n WHERE n.refund = f.id)
), numbered AS (
    SELECT *, row_number() OVER (PARTITION BY year ORDER BY succeeded_at, id)
        + COALESCE((SELECT max(place) FROM credit_notes n WHERE n.year = paid.year), 0) AS place
    FROM paid
)
INSERT INTO credit_notes (refund, turn, year, place, number, amount, currency, sent_on, issued_on,
                          issued_at)
SELECT id, 1, year, place,
       'CN-' || year || '-' || lpad(place::text, greatest(6, length(place::text)), '0'),
       amount, currency, sent_on,
       GREATEST((succeeded_at AT TIME ZONE %(zone)s)::date, make_date(year, 1, 1)), succeeded_at
FROM numbered ORDER BY year, place
"""
_COUNT = """
INSERT INTO credit_note_counter (series, year, place)
SELECT 'CN', year, place FROM credit_notes ORDER BY year DESC, place DESC LIMIT 1
ON CONFLICT (series) DO UPDATE SET year = excluded.year, place = excluded.place
"""


def number_credit_notes(cursor: psycopg.Cursor, policy: Policy) -> None:
    """Write the notes that are missing, one after the other, and set the counter to the last."""
    cursor.execute(_NUMBER, {"zone": policy.zone.key})
    cursor.execute(_COUNT)
