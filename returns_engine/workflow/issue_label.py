"""Make the label a parcel comes back under, and tell the customer how to send it."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from returns_engine.gateways.clock import Clock
from returns_engine.labels.conditions import conditions_of
from returns_engine.labels.content import LabelContent, LabelLine, reason_in_words
from returns_engine.labels.elements import Template
from returns_engine.labels.render import RenderedLabel, render_label
from returns_engine.queries.moments import utc_text
from returns_engine.queries.rows import loaded
from returns_engine.rules.actor import SYSTEM
from returns_engine.rules.label_clauses import line_clauses
from returns_engine.rules.lifecycle.headline import Headline
from returns_engine.rules.money.money import decimal_text
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import Cause, Postage, Reason, Resolution, ReturnKind
from returns_engine.tables.engine import the_engine, transaction
from returns_engine.tables.reference import Warehouse
from returns_engine.tables.returns import Label, LabelDocument
from returns_engine.texts.catalogue import DEFAULT_LOCALE
from returns_engine.texts.goods import goods_in_words
from returns_engine.texts.localized import Texts, texts_in
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import Conflict
from returns_engine.workflow.return_case import ReturnCase, load_case, save_case

log = structlog.get_logger()

# A customer may tell us a tracking number before the label is made, and still wants the label; and
# after an appeal some units are here while others come in again.
_STILL_USEFUL = frozenset({Headline.APPROVED, Headline.IN_TRANSIT, Headline.PARTIALLY_RECEIVED})


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelPrint:
    """What the merchant prints on every label; without an account postage is reimbursed."""

    merchant: str
    contact: str
    carrier: str
    account: str | None
    template: Template
    quarantine_template: Template

    @property
    def postage(self) -> Postage:
        """Return the postage that is true: a PDF of ours is not a stamp."""
        return Postage.BILLED_TO_ACCOUNT if self.account else Postage.REIMBURSED


async def issue_label(number: str, *, terms: LabelPrint, policy: Policy, clock: Clock) -> None:
    """Print the label of an approved return and mail it; harmless when it was done before.

    Nothing is printed for an order whose person was erased.

    Raises LabelNotPrintable where a name or an address cannot be printed truthfully, and Conflict
    `no_warehouse` where no warehouse takes returns: the job is kept, and listed as dead.
    """
    now = clock()
    sheet = await _read_sheet(number)
    if sheet is None:
        return
    content = _content(sheet, terms, policy, now)
    label = await asyncio.to_thread(render_label, content, terms.template)
    if label.missing_glyphs:
        # What no font has is printed as a box; somebody should know before the parcel gets lost.
        fields = sorted({glyph.field for glyph in label.missing_glyphs})
        log.warning("label_glyphs_missing", number=number, fields=fields)
    async with transaction():
        case = await load_case(number)
        if case.label_issued or case.headline not in _STILL_USEFUL:
            return
        if await _read_sheet(number) is None:
            # Whoever it was for was erased while it was printed.
            return
        case.label_issued = True
        case.values["label_issued_at"] = now
        expires_at = now + timedelta(days=policy.label.expires_days)
        await _keep(case, sheet, content, label, now=now, expires_at=expires_at)
        data: dict[str, object] = {
            "carrier": terms.carrier,
            "postage": str(terms.postage),
            "expires_at": utc_text(expires_at),
        }
        case.record(NewEvent(type="label.issued", data=data))
        context = {
            "postage": str(terms.postage),
            "send_by": content.expires_on.isoformat(),
            "lines": [
                {"line_id": line["line_id"], "quantity": line["units"]} for line in sheet.lines
            ],
        }
        case.tell("return_approved", context, now)
        await save_case(case, actor=SYSTEM, now=now)


_SHEET = """
SELECT r.id, r.number, r.kind, o.number AS order_number, o.currency, o.country, o.language,
       c.name, c.ship_to_name, c.line1, c.line2, c.city, c.region, c.postal_code
FROM returns r JOIN orders o ON o.id = r."order"
JOIN order_contacts c ON c."order" = o.id
WHERE r.number = $1 AND r.permission = 'approved' AND r.goods_expected
  AND r.label_issued_at IS NULL
"""

_LINES = """
SELECT o.line_id, o.title, o.sku, l.requested - l.given_up - l.received AS units, l.reason, l.cause,
       l.resolution, d.answer->'lines'->l.position->'rules' AS rules
FROM return_lines l JOIN order_lines o ON o.id = l.order_line
JOIN returns r ON r.id = l.return_id JOIN decisions d ON d.id = r.decision
WHERE l.return_id = $1 AND l.goods_expected AND l.requested - l.given_up > l.received
ORDER BY l.position
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """What is printed, as it was read."""

    customer: dict[str, Any]
    lines: list[dict[str, Any]]
    warehouse: dict[str, Any]


async def _read_sheet(number: str) -> _Sheet | None:
    engine = the_engine()
    customer = await engine.fetch_row(_SHEET, number)
    if customer is None:
        return None
    lines = await engine.fetch_rows(_LINES, customer["id"])
    if not lines:
        return None
    warehouse = (
        await Warehouse.select()
        .where(Warehouse.takes_returns.eq(value=True))
        .order_by(Warehouse.id)
        .first()
    )
    if warehouse is None:
        raise Conflict("no_warehouse", "No warehouse takes returns; add one in the admin.")
    return _Sheet(
        customer=dict(customer), lines=[dict(line) for line in lines], warehouse=warehouse
    )


def _content(sheet: _Sheet, terms: LabelPrint, policy: Policy, now: datetime) -> LabelContent:
    customer = sheet.customer
    send_by = now + timedelta(days=policy.label.expires_days)
    language = _language(customer["language"], terms.template)
    texts = texts_in(language)
    kind = ReturnKind(customer["kind"])
    lines = tuple(_line(line, kind, policy, texts) for line in sheet.lines)
    return LabelContent(
        rma_number=customer["number"],
        order_number=customer["order_number"],
        merchant=terms.merchant,
        contact=terms.contact,
        warehouse=_address(sheet.warehouse, sheet.warehouse["name"], sheet.warehouse["country"]),
        customer=_address(
            customer, customer["ship_to_name"] or customer["name"], customer["country"]
        ),
        country=customer["country"],
        carrier=terms.carrier if terms.account else None,
        postage=terms.postage,
        account=terms.account,
        reimbursed_up_to=None if terms.account else _cap(policy, customer["currency"]),
        expires_on=send_by.astimezone(policy.zone).date(),
        lines=lines,
        conditions=conditions_of(lines, policy, texts),
        language=language,
    )


def _line(line: dict[str, Any], kind: ReturnKind, policy: Policy, texts: Texts) -> LabelLine:
    reason = Reason(line["reason"]) if line["reason"] else None
    return LabelLine(
        title=goods_in_words(line["title"], reason, texts),
        # What was ordered is not what comes back.
        sku="" if reason is Reason.WRONG_ITEM else line["sku"],
        quantity=line["units"],
        reason=reason_in_words(reason or Cause(line["cause"]), texts),
        clauses=line_clauses(
            kind,
            reason,
            Resolution(line["resolution"]),
            loaded(line["rules"]),
            policy.condition_checks,
        ),
    )


def _language(kept: str | None, template: Template) -> str:
    """Return the customer's language where the template speaks it, else English."""
    return kept if kept is not None and kept in template.languages else DEFAULT_LOCALE


def _cap(policy: Policy, currency: str) -> str:
    return f"{decimal_text(policy.label.reimbursed_up_to, currency)} {currency}"


def _address(row: dict[str, Any], name: str, country: str) -> tuple[str, ...]:
    town = " ".join(part for part in (row["region"], row["postal_code"]) if part)
    place = ", ".join(part for part in (row["city"], town) if part)
    return tuple(part for part in (name, row["line1"], row["line2"], place, country) if part)


async def _keep(
    case: ReturnCase,
    sheet: _Sheet,
    content: LabelContent,
    label: RenderedLabel,
    *,
    now: datetime,
    expires_at: datetime,
) -> None:
    row = Label(
        return_=case.id,
        warehouse=sheet.warehouse["id"],
        carrier=content.carrier or "",
        postage=str(content.postage),
        issued_at=now,
        expires_at=expires_at,
        send_by=content.expires_on,
        missing_glyphs=[
            {"field": glyph.field, "character": glyph.character} for glyph in label.missing_glyphs
        ],
    )
    await row.save()
    await LabelDocument(label=row.id, pdf=label.pdf).save()
