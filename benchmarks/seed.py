"""Fill a database with refunds by plain SQL, and a sandbox with the payments they go back to."""

import psycopg

from returns_engine.sandbox.provider.books import Books
from returns_engine.sandbox.provider.payments import seed_payment
from returns_engine.sandbox.provider.shapes import REFUND, new

AMOUNT = 1000
_PER_PAYMENT = 100

# Every refund has an order, a return of one accepted unit, and a payment; the payment of `p` is
# `pi_{p}`. `{payments}` of them hold `{refunds}` refunds.
_SEED = """
INSERT INTO orders (number, channel, status, placed_at, paid_at, currency, country, imported_at)
SELECT 'B-' || p, 'web', 'completed', now() - interval '9 days', now() - interval '9 days', 'USD',
       'US', now() FROM generate_series(1, %(payments)s) p;
INSERT INTO order_contacts ("order", name, email)
SELECT id, 'Bench', 'bench-' || id || '@example.com' FROM orders;
INSERT INTO order_lines ("order", line_id, sku, title, category, kind, quantity, unit_price, net)
SELECT id, 'L1', 'S', 'T', 'accessory', 'stock', %(each)s, %(amount)s, %(amount)s * %(each)s
FROM orders;
INSERT INTO payments ("order", payment_id, provider, reference, method, captured)
SELECT id, 'P1', 'stripe', 'pi_' || substr(number, 3), 'card', %(amount)s * %(each)s FROM orders;
INSERT INTO decisions (id, "order", as_of, policy_id, policy_version, verdict, request, facts,
                       answer)
SELECT gen_random_uuid(), id, now(), 'ekr', 1, 'eligible', '{}', '{}', '{}' FROM orders;
INSERT INTO returns (number, "order", decision, kind, requested_at, permission, state, approved_at,
                     label_issued_at)
SELECT 'RMA-' || d."order", d."order", d.id, 'return', now(), 'approved', 'settling', now(), now()
FROM decisions d;
INSERT INTO return_lines (return_id, order_line, requested, received, accepted, proposed)
SELECT r.id, l.id, %(each)s, %(each)s, %(each)s, %(each)s
FROM returns r JOIN order_lines l ON l."order" = r."order";
INSERT INTO refunds (id, "order", return_id, payment, state, proposed, amount, currency, items,
                     idempotency_key, proposed_at, decided_at, approval_limit)
SELECT gen_random_uuid(), p."order", r.id, p.id, 'approved', %(amount)s, %(amount)s, 'USD',
       %(amount)s, 'bench:' || p.id || ':' || n, now(), now(), %(amount)s
FROM payments p JOIN returns r ON r."order" = p."order"
CROSS JOIN generate_series(1, %(each)s) n;
"""
_JOBS = """
SELECT procrastinate_defer_jobs_v1(ARRAY(
    SELECT ROW('default', 'execute_refund', 0, 'payment:' || payment, NULL,
               jsonb_build_object('refund_id', id), NULL)::procrastinate_job_to_defer_v1
    FROM refunds ORDER BY payment))
"""
# The same refunds as paid: what the provider has of them is put on its books by `list_there`.
_PAID = """
UPDATE refunds SET state = 'succeeded', provider_status = 'succeeded', first_sent_at = now(),
    succeeded_at = now(), checked_at = now(), provider_refund_id = 're_' || id
"""


def seed_approved(database_url: str, count: int) -> None:
    """Put `count` approved refunds on the books, each of a payment of its own, with their jobs."""
    with psycopg.connect(database_url) as connection:
        _fill(connection, payments=count, each=1)
        connection.execute(_JOBS)


def seed_paid(database_url: str, books: Books, count: int) -> None:
    """Put `count` paid refunds on our books and on the provider's."""
    payments = count // _PER_PAYMENT
    with psycopg.connect(database_url) as connection:
        connection.execute("SET LOCAL session_replication_role = replica")
        _fill(connection, payments=payments, each=_PER_PAYMENT)
        connection.execute(_PAID)
        rows = connection.execute(
            "SELECT r.provider_refund_id, r.id::text, p.reference FROM refunds r"
            " JOIN payments p ON p.id = r.payment ORDER BY r.id"
        )
        pay_there(books, payments, AMOUNT * _PER_PAYMENT)
        for provider_refund_id, refund_id, reference in rows:
            _list_there(books, provider_refund_id, refund_id, reference)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("ANALYZE")


def pay_there(books: Books, payments: int, amount: int) -> None:
    """Put the payments on the provider's books."""
    for number in range(1, payments + 1):
        seed_payment(books, f"pi_{number}", amount, "USD")


def _fill(connection: psycopg.Connection, *, payments: int, each: int) -> None:
    connection.execute("SELECT set_config('app.transition', '1', true)")
    cursor = psycopg.ClientCursor(connection)
    cursor.execute(_SEED, {"payments": payments, "each": each, "amount": AMOUNT})


def _list_there(books: Books, provider_refund_id: str, refund_id: str, reference: str) -> None:
    charge = books.get("payment_intent", reference)["latest_charge"]
    books.add(
        new(
            REFUND,
            id=provider_refund_id,
            amount=AMOUNT,
            charge=charge,
            created=books.unix(),
            currency="usd",
            payment_intent=reference,
            status="succeeded",
            metadata={"refund_id": refund_id, "generation": "1"},
        )
    )
