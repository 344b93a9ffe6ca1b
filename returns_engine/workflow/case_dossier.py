"""An exported case as a dossier: the same facts, for people to read on paper."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from returns_engine.labels.dossier import Chapter, Dossier
from returns_engine.labels.pages import Entry
from returns_engine.rules.money.money import decimal_text

Part = Mapping[str, Any]


def case_dossier(case: Part, *, merchant: str) -> Dossier:
    """Return the dossier of a case as `read_case_file` gives it."""
    currency = case["order"]["currency"]
    number = case["return_number"]
    return Dossier(
        title=f"Return {number}",
        merchant=merchant,
        foot=f"{merchant} · {number} · written out {_moment(case['exported_at'])}, all times UTC",
        chapters=[
            Chapter(heading="The order", entries=list(_order(case, currency))),
            Chapter(heading="What was asked", entries=list(_asked(case))),
            Chapter(heading="What the policy answered", entries=list(_decided(case["return"]))),
            Chapter(heading="What arrived", entries=list(_received(case["receipts"]))),
            Chapter(heading="What the bench found", entries=list(_found(case["inspections"]))),
            Chapter(heading="Refunds", entries=list(_refunds(case["refunds"], currency))),
            Chapter(heading="Photos", entries=list(_photos(case["photos"]))),
            Chapter(heading="Messages", entries=list(_messages(case["messages"]))),
            *(
                Chapter(heading=f"The record: {one['chain']}", entries=list(_events(one)))
                for one in case["chains"]
            ),
        ],
    )


def _order(case: Part, currency: str) -> Iterator[Entry]:
    order, who = case["order"], case["customer"]
    yield Entry(about="Order", says=f"{order['number']}, {order['channel']}, {order['status']}")
    yield Entry(about="Placed, paid", says=_moments(order["placed_at"], order["paid_at"]))
    yield Entry(about="Customer", says=_person(who) if who else "erased")
    for line in case["order_lines"]:
        price = _money(line["unit_price"], currency)
        says = f"{line['quantity']} × {line['title']} ({line['sku']}, {line['kind']}) at {price}"
        yield Entry(about=f"Line {line['line_id']}", says=says)
    for payment in case["payments"]:
        says = (
            f"{_money(payment['captured'], currency)} by {payment['method']}"
            f" ({payment['provider']} {payment['reference']})"
        )
        yield Entry(about=f"Payment {payment['payment_id']}", says=says)
    for shipment in case["shipments"]:
        delivered = shipment["delivered_at"]
        evidence = shipment["delivery_evidence"] or "estimate"
        how = f"delivered {_moment(delivered)} ({_plain(evidence)})" if delivered else "no delivery"
        parcel = " ".join(filter(None, (shipment["carrier"], shipment["tracking_number"])))
        says = f"{parcel or 'A parcel'}: {_units(shipment['lines'])}; {how}"
        yield Entry(about=f"Parcel {shipment['shipment_id']}", says=says)


def _person(who: Part) -> str:
    place = " ".join(filter(None, (who["city"], who["region"], who["postal_code"])))
    told = (who["name"], who["email"], who["phone"], who["line1"], who["line2"], place)
    return ", ".join(part for part in told if part)


def _asked(case: Part) -> Iterator[Entry]:
    asked = case["return"]
    kind = f"{_plain(asked['kind'])}, {_plain(asked['resolution'] or 'no wish')}"
    yield Entry(about="Kind, wish", says=kind)
    yield Entry(about="State", says=_plain(asked["state"]))
    for line in asked["lines"]:
        why = _plain(line.get("cause") or line.get("reason") or "")
        counts = ", ".join(
            f"{line[name]} {_plain(name)}"
            for name in ("received", "accepted", "rejected", "refunded", "replaced")
            if line.get(name)
        )
        says = f"{line['requested']} × {line['title']}: {why}" + (f" ({counts})" if counts else "")
        yield Entry(about=f"Line {line['line_id']}", says=says)
    for comment in case["comments"]:
        yield Entry(about=f"About {comment['line_id']}", says=f"“{comment['text']}”")


def _decided(asked: Part) -> Iterator[Entry]:
    decision = asked["decision"]
    policy = decision["policy"]
    says = f"{_plain(decision['verdict'])} by policy {policy['id']}, version {policy['version']}"
    yield Entry(about=_moment(decision["as_of"]), says=says)
    for line in decision["lines"]:
        for rule in line["rules"]:
            if rule["outcome"] != "not_applicable":
                says = f"{line['line_id']} {rule['outcome']}: {rule['says']} {rule['because']}"
                yield Entry(about=rule["clause"], says=says)


def _received(receipts: Iterable[Part]) -> Iterator[Entry]:
    for receipt in receipts:
        says = _units(receipt["lines"])
        if receipt["parcel_reference"]:
            says += f" in {receipt['parcel_reference']}"
        yield Entry(about=_moment(receipt["received_at"]), says=says)


def _found(inspections: Iterable[Part]) -> Iterator[Entry]:
    for one in inspections:
        checks = ", ".join(
            f"{_plain(name)} {'yes' if passed else 'no'}" for name, passed in one["checks"].items()
        )
        says = (
            f"{one['quantity']} of {one['line_id']} {one['verdict']}, grade {one['grade']},"
            f" {_plain(one['disposition'])}"
        )
        note = f"\n“{one['note']}”" if one["note"] else ""
        photos = f"\nPhotos: {', '.join(one['photo_ids'])}" if one["photo_ids"] else ""
        says += (f" ({checks})" if checks else "") + note + photos
        yield Entry(about=_moment(one["inspected_at"]), says=says)


def _refunds(refunds: Iterable[Part], currency: str) -> Iterator[Entry]:
    for one in refunds:
        amount = one["proposed"] if one["amount"] is None else one["amount"]
        says = f"{_money(amount, currency)}, {_plain(one['state'])}; id {one['id']}"
        if one["amount"] is not None and one["amount"] < one["proposed"]:
            says += f"; {_money(one['proposed'], currency)} was proposed"
        if one["clause"]:
            says += f"; clause {one['clause']}"
        says += _papers(one, currency)
        if one["note"]:
            says += f"\n“{one['note']}”"
        yield Entry(about=_moment(one["decided_at"] or one["proposed_at"]), says=says)
        for attempt in one["attempts"] or []:
            says = f"{attempt['idempotency_key']}: {_plain(attempt['outcome'] or 'no answer')}"
            yield Entry(about=f"Try {_moment(attempt['sent_at'])}", says=says)


def _papers(one: Part, currency: str) -> str:
    reference = one["provider_refund_id"] or one["external_reference"]
    says = f"; paid as {reference}" if reference else ""
    for note in one["credit_notes"] or []:
        says += f"; {note['number']}: {_money(note['amount'], currency)}"
    return says + (f"; trace number {one['trace_number']}" if one["trace_number"] else "")


def _photos(photos: Iterable[Part]) -> Iterator[Entry]:
    for photo in photos:
        size = f"{photo['width']} × {photo['height']}, {photo['bytes']} bytes"
        says = f"{photo['id']} ({size})\nSHA-256 {photo['sha256']}"
        yield Entry(about=_moment(photo["uploaded_at"]), says=says)


def _messages(messages: Iterable[Part]) -> Iterator[Entry]:
    for one in messages:
        way = "From the customer" if one["direction"] == "in" else f"To {one['recipient'] or '—'}"
        what = one["subject"] or one["template"] or ""
        words = f"\n“{one['text'].strip()}”" if one["text"] else ""
        says = f"{way}: {what} ({one['state']}){words}"
        yield Entry(about=_moment(one["sent_at"] or one["created_at"]), says=says)


def _events(chain: Part) -> Iterator[Entry]:
    for event in chain["events"]:
        body = event["body"]
        who = body["actor"]["kind"] + (f" {body['actor']['id']}" if body["actor"]["id"] else "")
        moved = f", {body['from']} to {body['to']}" if body["from"] and body["to"] else ""
        words = f"\n“{event['text']}”" if event["text"] else ""
        says = f"{body['type']} by {who}{moved}{words}\n{event['hash']}"
        yield Entry(about=f"{body['sequence']} · {_moment(body['at'])}", says=says)
    yield Entry(about="End", says=f"{chain['count']} events; the last hash is {chain['head']}")


def _units(lines: Iterable[Part] | None) -> str:
    return ", ".join(f"{one['quantity']} of {one['line_id']}" for one in lines or []) or "nothing"


def _money(amount: int, currency: str) -> str:
    return f"{decimal_text(amount, currency)} {currency}"


def _plain(word: str) -> str:
    return word.replace("_", " ")


def _moments(*texts: str | None) -> str:
    return ", ".join(_moment(text) for text in texts if text)


def _moment(text: str) -> str:
    known = datetime.fromisoformat(text).astimezone(UTC)
    return known.strftime("%Y-%m-%d %H:%M")
