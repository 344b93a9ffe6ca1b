"""`returns-engine privacy`: give a person what we hold of them, or erase it."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import rich_click as click

from returns_engine.cli.closed_file import write_closed
from returns_engine.cli.failed import Failed
from returns_engine.cli.surroundings import in_database, json_option, photos_here, say
from returns_engine.cli.wrong_input import WrongInput
from returns_engine.gateways.clock import system_clock
from returns_engine.gateways.photo_store.store import PhotoStore
from returns_engine.queries.moments import utc_text
from returns_engine.queries.personal_data import (
    TheirOrder,
    certificates_of,
    disputes,
    held_about,
    labels_of,
    open_matters,
    orders_of,
    photos_of,
    stray_mails_of,
    would_be_erased,
)
from returns_engine.rules.actor import SYSTEM
from returns_engine.workflow.contacts import normalized_email, stored_phone
from returns_engine.workflow.erase_order import Why, erase_order
from returns_engine.workflow.erase_strays import erase_stray_mails_of
from returns_engine.workflow.photo_files import read_file
from returns_engine.workflow.refusals import NotFound, Refusal

FORMAT = "returns-engine-person/1"
Decorated = TypeVar("Decorated", bound=Callable[..., None])


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Whose data it is about: an order's number, or a contact on file."""

    order: str | None
    email: str | None
    phone: str | None

    @property
    def address(self) -> str | None:
        """Return the e-mail address as it is kept."""
        return normalized_email(self.email) if self.email else None

    async def orders(self) -> list[TheirOrder]:
        """Return their orders; a phone number without its country is one of the United States."""
        phone = self.phone
        return await orders_of(
            order_number=self.order,
            email=self.address,
            phones=(stored_phone(phone, "US"),) if phone else (),
        )


def _person(command: Decorated) -> Decorated:
    for name, says in (
        ("--phone", "The phone number on file, with its country: +1…"),
        ("--email", "The e-mail address on file."),
        ("--order", "The number of an order."),
    ):
        command = click.option(name, help=says)(command)
    return command


def _wanted(order: str | None, email: str | None, phone: str | None) -> Wanted:
    if not (order or email or phone):
        raise WrongInput(["Say whose data: --email, --phone or --order."])
    return Wanted(order=order, email=email, phone=phone)


@click.group()
def command() -> None:
    """Give a person what we hold of them, or erase it."""


@command.command(epilog="Example: returns-engine privacy export --email dana@example.com --to dana")
@_person
@click.option(
    "--to",
    type=click.Path(file_okay=False, path_type=Path),
    help="A folder for person.json, photos and labels; else the JSON is printed.",
)
def export(*, order: str | None, email: str | None, phone: str | None, to: Path | None) -> None:
    """Collect every row, photo and document we hold of a person's orders.

    It holds what colleagues wrote about the case too: read it before you hand it out. Exit status 1
    where a photo is not where photos are kept, or where we hold nothing.
    """
    wanted, photos = _wanted(order, email, phone), photos_here()
    document = in_database(lambda: _collect(wanted, photos, to))
    text = json.dumps(document, ensure_ascii=False, indent=2)
    if not (document["orders"] or document["mails_of_no_case"]):
        raise Failed("We hold no such order.")
    if to is None:
        click.echo(text)
    else:
        to.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_closed(to / "person.json", f"{text}\n".encode())
        click.echo(f"{len(document['orders'])} orders written to {to}")
    _require_all_photos(document["orders"])


def _require_all_photos(orders: list[dict[str, Any]]) -> None:
    missing = [f"{one['order_number']}: {name}" for one in orders for name in one["missing"]]
    if missing:
        raise Failed(
            f"Photos that are not where photos are kept: {'; '.join(missing)}. Are"
            " RETURNS_ENGINE_DATA_DIR and RETURNS_ENGINE_PHOTO_DIR those of the web and the worker?"
        )


async def _collect(wanted: Wanted, photos: PhotoStore, to: Path | None) -> dict[str, Any]:
    orders = []
    for found in await wanted.orders():
        files, missing = await _files(found, photos, to)
        orders.append(
            {
                "order_number": found.number,
                "files": files,
                "missing": missing,
                "tables": await held_about(found.id),
            }
        )
    return {
        "format": FORMAT,
        "exported_at": utc_text(system_clock()),
        "orders": orders,
        "mails_of_no_case": await stray_mails_of(wanted.address) if wanted.address else [],
    }


async def _files(
    order: TheirOrder, photos: PhotoStore, to: Path | None
) -> tuple[list[str], list[str]]:
    """Name the files of an order, and those that are gone; write them where there is a folder."""
    named: list[str] = []
    missing: list[str] = []
    for number, pdf in await labels_of(order.id):
        named.append(f"labels/{number}.pdf")
        _write(to, named[-1], pdf)
    for number, pdf in await certificates_of(order.id):
        named.append(f"certificates/{number}.pdf")
        _write(to, named[-1], pdf)
    for photo_id in await photos_of(order.id):
        try:
            content = await read_file(photos, UUID(photo_id))
        except NotFound:
            missing.append(f"photos/{photo_id}.jpg")
            continue
        named.append(f"photos/{photo_id}.jpg")
        _write(to, named[-1], content)
    return named, missing


def _write(to: Path | None, name: str, content: bytes) -> None:
    if to is not None:
        (to / name).parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_closed(to / name, content)


@command.command(epilog="Example: returns-engine privacy erase --email dana@example.com --dry-run")
@_person
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--yes", is_flag=True, help="Do not ask again: what is erased cannot be had back.")
@click.option("--even-open", is_flag=True, help="Also where a return or a refund is not over.")
@json_option
def erase(
    *,
    order: str | None,
    email: str | None,
    phone: str | None,
    dry_run: bool,
    yes: bool,
    even_open: bool,
    as_json: bool,
) -> None:
    """Erase who is behind the orders, with words and pictures; amounts, dates and clauses stay.

    An order with an open return, an unsettled refund or a dispute is left as it is, and said; then
    the exit status is 1.
    """
    wanted, photos = _wanted(order, email, phone), photos_here()
    if not (dry_run or yes) and not _confirmed(wanted):
        raise WrongInput(["Nothing was erased. Look with --dry-run, then erase with --yes."])

    async def work() -> tuple[list[dict[str, Any]], int]:
        found = await wanted.orders()
        mails = await _mails(wanted, dry_run=dry_run)
        if dry_run:
            return [await _would_go(one) for one in found], mails
        return [await _erased(one, photos, even_open=even_open) for one in found], mails

    told, mails = in_database(work)
    words = [_sentence(one, dry_run=dry_run) for one in told]
    if mails:
        words.append(f"Mails of no case {'that would go' if dry_run else 'erased'}: {mails}.")
    facts = {"dry_run": dry_run, "orders": told, "mails_of_no_case": mails}
    say(facts, as_json=as_json, words="\n".join(words or ["We hold no such order."]))
    sys.exit(0 if dry_run or not any(one["refused"] for one in told) else 1)


def _confirmed(wanted: Wanted) -> bool:
    if not sys.stdin.isatty():
        return False
    whose = wanted.order or wanted.email or wanted.phone
    return bool(click.confirm(f"Erase the person of all orders of {whose}? There is no way back."))


async def _mails(wanted: Wanted, *, dry_run: bool) -> int:
    """Return how many mails of this sender without a case went, or would go."""
    if wanted.address is None:
        return 0
    if dry_run:
        return len(await stray_mails_of(wanted.address))
    return await erase_stray_mails_of(wanted.address)


async def _would_go(order: TheirOrder) -> dict[str, Any]:
    rows = await would_be_erased(order.id)
    return {
        "order_number": order.number,
        "rows": rows,
        "refused": "; ".join(await open_matters(order.id) + await disputes(order.id)) or None,
    }


async def _erased(order: TheirOrder, photos: PhotoStore, *, even_open: bool) -> dict[str, Any]:
    try:
        done = await erase_order(
            order.id,
            why=Why.REQUESTED,
            photos=photos,
            actor=SYSTEM,
            now=system_clock(),
            even_open=even_open,
        )
    except Refusal as refusal:
        return {"order_number": order.number, "rows": {}, "refused": refusal.detail}
    return {"order_number": order.number, "rows": done.rows, "refused": None}


def _sentence(told: dict[str, Any], *, dry_run: bool) -> str:
    rows = ", ".join(f"{count} of {table}" for table, count in told["rows"].items())
    number = told["order_number"]
    if told["refused"]:
        would = f" Would go: {rows}." if rows else ""
        return f"{number}: not erased. {told['refused']}{would}"
    if not rows:
        return f"{number}: nothing is left to erase."
    return f"{number}: {'would go' if dry_run else 'erased'}: {rows}."
