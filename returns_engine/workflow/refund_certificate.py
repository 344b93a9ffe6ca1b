"""What a refund certificate says, read fresh from the books and put into words."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, date
from typing import Any

from returns_engine.labels.certificate import CertificateContent, CertifiedRefund
from returns_engine.labels.pages import Entry
from returns_engine.queries.rows import loaded
from returns_engine.rules.certificate_code import grouped_code
from returns_engine.rules.way_back import WayBack, way_back
from returns_engine.tables.engine import the_engine
from returns_engine.texts.localized import Texts
from returns_engine.texts.refund_words import BY_ANOTHER_WAY, PAID_WITH, SENT_ON, certified
from returns_engine.texts.words import mark

# Refunds that have a credit note: those were paid once, whatever became of them since. Erased, an
# order has no contact any more, and no certificate.
_FACTS = """
SELECT r.number, o.number AS order_number, o.country, c.name,
  (SELECT json_agg(json_build_object(
      'state', f.state, 'amount', f.amount, 'currency', f.currency, 'items', f.items,
      'tax', f.tax, 'shipping', f.shipping, 'fees', f.fees, 'proposed', f.proposed,
      'provider', p.provider, 'method', p.method, 'manual_reason', f.manual_reason,
      'provider_refund_id', f.provider_refund_id,
      'external_reference', f.external_reference, 'trace_number', f.trace_number,
      'reversal', f.reversal, 'sent_on', f.sent_on, 'bank_from', f.bank_from,
      'bank_by', f.bank_by, 'notes', (
          SELECT json_agg(json_build_object(
              'number', n.number, 'amount', n.amount, 'issued_on', n.issued_on,
              'sent_on', n.sent_on, 'reverses', v.number) ORDER BY n.turn)
          FROM credit_notes n LEFT JOIN credit_notes v ON v.id = n.reverses
          WHERE n.refund = f.id)) ORDER BY f.proposed_at, f.id)
   FROM refunds f JOIN payments p ON p.id = f.payment
   WHERE f.return_id = r.id
     AND EXISTS (SELECT FROM credit_notes n WHERE n.refund = f.id)) AS refunds
FROM returns r JOIN orders o ON o.id = r."order" JOIN order_contacts c ON c."order" = o.id
WHERE r.number = $1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """What is certified: of the person the name alone; refunds as the books hold them."""

    return_number: str
    order_number: str
    country: str
    name: str
    refunds: tuple[Mapping[str, Any], ...]


async def read_certificate_facts(number: str) -> CertificateFacts | None:
    """Return what a certificate would say; None before anything was paid, and once erased."""
    row = await the_engine().fetch_row(_FACTS, number)
    refunds = tuple(loaded(row["refunds"]) or ()) if row else ()
    if row is None or not refunds:
        return None
    return CertificateFacts(
        return_number=row["number"],
        order_number=row["order_number"],
        country=row["country"],
        name=row["name"] or "",
        refunds=refunds,
    )


def digest_of(content: CertificateContent) -> str:
    """Return a digest of all that is printed: the same paper need not be printed again."""
    told = json.dumps(asdict(content), sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()


def certificate_content(
    facts: CertificateFacts, *, code: str, address: str, merchant: str, texts: Texts
) -> CertificateContent:
    """Put the facts into words; `address` is that of the public page without the code."""
    say = texts.gettext
    return CertificateContent(
        title=say(mark("Refund certificate")),
        merchant=merchant,
        country=facts.country,
        entries=tuple(_about(facts, texts)),
        refunds=tuple(_certified(refund, texts) for refund in facts.refunds),
        address=f"{address}/{code}",
        code=grouped_code(code),
        check=say(
            mark(
                "Anybody can check this paper: scan the code, or type the characters below at"
                " %(address)s. The page says what holds on the day you look."
            ),
            address=address,
        ),
        foot=f"{merchant} · {facts.return_number}",
        page=say(mark("page")),
    )


def _about(facts: CertificateFacts, texts: Texts) -> Iterator[Entry]:
    say = texts.gettext
    if facts.name:
        yield Entry(about=say(mark("Refunded to")), says=facts.name)
    yield Entry(about=say(mark("Return")), says=facts.return_number)
    yield Entry(about=say(mark("Order")), says=facts.order_number)


def _certified(refund: Mapping[str, Any], texts: Texts) -> CertifiedRefund:
    way = way_back(
        provider=refund["provider"],
        method=refund["method"],
        manual_reason=refund["manual_reason"],
    )
    return CertifiedRefund(
        amount=texts.money(refund["amount"], refund["currency"]),
        stands=texts.gettext(certified(refund["state"], way)),
        entries=tuple(_told(refund, way, texts)),
    )


def _told(refund: Mapping[str, Any], way: WayBack, texts: Texts) -> Iterator[Entry]:
    say, currency = texts.gettext, refund["currency"]
    paid_with = PAID_WITH.get(refund["method"], refund["method"])
    method = say(paid_with if refund["manual_reason"] is None else BY_ANOTHER_WAY)
    yield Entry(about=say(mark("Paid back to")), says=method)
    yield Entry(about=say(mark("Made of")), says=_parts(refund, texts))
    sent_on = refund["sent_on"] or refund["notes"][-1]["sent_on"]
    if sent_on:
        named = SENT_ON[way if refund["sent_on"] else WayBack.PROVIDER]
        yield Entry(about=say(named), says=_day(sent_on, texts))
    if refund["bank_by"] and way is WayBack.PROVIDER:
        yield Entry(
            about=say(mark("In the account")),
            says=say(
                mark("usually between %(first)s and %(last)s"),
                first=_day(refund["bank_from"], texts),
                last=_day(refund["bank_by"], texts),
            ),
        )
    for note in refund["notes"]:
        yield _credit_note(note, currency, texts)
    if refund["provider_refund_id"]:
        yield Entry(about=say(mark("Refund number")), says=refund["provider_refund_id"])
    if refund["external_reference"]:
        yield Entry(about=say(mark("Reference")), says=refund["external_reference"])
    if refund["trace_number"]:
        ask = say(mark("%(number)s; the bank finds the money by it"), number=refund["trace_number"])
        yield Entry(about=say(mark("Trace number (ARN)")), says=ask)
    elif refund["reversal"]:
        undone = say(
            mark("The payment itself was undone: it disappears, and no trace number exists.")
        )
        yield Entry(about=say(mark("Trace number (ARN)")), says=undone)


def _parts(refund: Mapping[str, Any], texts: Texts) -> str:
    """Say what the amount is made of; where less was approved, the parts are those proposed."""
    say, currency = texts.gettext, refund["currency"]
    names = (
        (mark("items"), refund["items"]),
        (mark("tax"), refund["tax"]),
        (mark("shipping"), refund["shipping"]),
        (mark("fees"), -refund["fees"]),
    )
    parts = ", ".join(
        f"{say(name)} {texts.money(amount, currency)}" for name, amount in names if amount
    )
    if refund["amount"] == refund["proposed"]:
        return parts
    worth = texts.money(refund["proposed"], currency)
    return say(mark("a part of %(worth)s (%(parts)s)"), worth=worth, parts=parts)


def _credit_note(note: Mapping[str, Any], currency: str, texts: Texts) -> Entry:
    say, issued = texts.gettext, _day(note["issued_on"], texts)
    amount = texts.money(note["amount"], currency)
    if note["reverses"] is None:
        says = say(
            mark("%(number)s of %(day)s: %(amount)s"),
            number=note["number"],
            day=issued,
            amount=amount,
        )
    else:
        says = say(
            mark("%(number)s of %(day)s: %(amount)s, reverses %(reversed)s"),
            number=note["number"],
            day=issued,
            amount=amount,
            reversed=note["reverses"],
        )
    return Entry(about=say(mark("Credit note")), says=says)


def _day(day: str, texts: Texts) -> str:
    return texts.day(date.fromisoformat(day), UTC)
