"""What one person approved for an order without another: it counts together, in whatever pieces."""

APPROVED_ALONE = """
(SELECT COALESCE(sum(a.amount), 0)::bigint FROM refunds a
 WHERE a."order" = f."order" AND a.proposal <> f.proposal AND a.first_by IS NULL
   AND a.decided_by = {}::int AND a.state NOT IN ('refused', 'canceled')) AS approved_alone"""
"""A column beside a refund `f`, in minor units, without its own proposal; takes the person."""
