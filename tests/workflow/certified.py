"""A refund that was paid outside, with its credit note and its certificate."""

from datetime import datetime

from returns_engine.labels.template import QUARANTINE_LABEL, load_template
from returns_engine.queries.rows import rows
from returns_engine.rules.actor import Actor
from returns_engine.rules.words import ActorKind
from returns_engine.workflow.issue_certificate import issue_certificate
from returns_engine.workflow.issue_credit_note import issue_credit_note
from returns_engine.workflow.issue_label import LabelPrint
from tests.workflow.orders import NOW, a_payment, an_order
from tests.workflow.shop import POLICY, approve, come_back, opened, put_order, record

ADDRESS = "http://shop.test/certificates"
TERMS = LabelPrint(
    merchant="EKR",
    contact="help@ekr.test",
    carrier="ups",
    account="X1",
    template=load_template(),
    quarantine_template=load_template(QUARANTINE_LABEL),
)


async def paid_outside(order: str = "EKR-1001", method: str = "paypal", **about: object) -> str:
    """Bring one return as far as money that was paid outside; return its RMA number."""
    reference = f"PP-{order}"
    payment = a_payment(provider="external", method=method, reference=reference)
    await put_order(order, an_order(payments=[payment], **about))
    customer = Actor(kind=ActorKind.CUSTOMER, order=order)
    number = await opened(order_number=order, actor=customer)
    (refund,) = await come_back(number, {"L1": 1})
    await approve(refund["id"], refund["proposed"])
    await record(refund["id"], f"back-{order}")
    return number


async def write_papers(number: str, now: datetime = NOW) -> None:
    """Do what the worker does for the papers of a return's refunds."""
    found = await rows(
        "SELECT f.id FROM refunds f JOIN returns r ON r.id = f.return_id WHERE r.number = {}",
        number,
    )
    for row in found:
        await issue_credit_note(row["id"], policy=POLICY, clock=lambda: now)
    await issue_certificate(number, address=ADDRESS, terms=TERMS, clock=lambda: now)


async def code_of(number: str) -> str:
    """Return the code of a return's certificate, as it is stored."""
    found = await rows(
        "SELECT c.code FROM certificates c JOIN returns r ON r.id = c.return_id"
        " WHERE r.number = {}",
        number,
    )
    code: str = found[0]["code"]
    return code
