"""`returns-engine mail`: mail to us, handed over by a mail server."""

import asyncio
import os
import sys

import rich_click as click

from returns_engine.bootstrap import configure_logs
from returns_engine.cli.surroundings import database_here, json_option, say, settings_here
from returns_engine.cli.wrong_input import WrongInput
from returns_engine.documents.incoming_mail.mail import UnreadableMail
from returns_engine.gateways.clock import clock_from
from returns_engine.gateways.photo_store.chosen import photo_store_from
from returns_engine.settings import Settings
from returns_engine.tables.engine import engine_at
from returns_engine.workflow.take_mail_in import MailOutcome, MailTaken, take_mail_in

# sysexits.h: what mail servers understand.
CANNOT_BE_READ = getattr(os, "EX_DATAERR", 65)
TRY_AGAIN = getattr(os, "EX_TEMPFAIL", 75)
_SAID = {
    MailOutcome.TAKEN: "Put to {number}.",
    MailOutcome.KEPT_FOR_A_PERSON: "Kept for a person: /admin/messages.",
    MailOutcome.KNOWN: "Taken before.",
    MailOutcome.AUTOMATIC: "Written by a program, let go.",
    MailOutcome.BOUNCE: "A mail that did not arrive.",
}


@click.group()
def command() -> None:
    """Take in mail that customers send."""


@command.command(
    name="take-in", epilog="Example: returns-engine mail take-in < mail.eml (see docs/operate.md)"
)
@json_option
def take_in(*, as_json: bool) -> None:
    """Read one mail (RFC 5322) from standard input and put it to its case.

    Exit status, as mail servers know it: 0 taken, 65 this is no mail, 75 not now, try again. A
    mistake in the settings is 75 too, so that no mail is lost by it.
    """
    raw = sys.stdin.buffer.read()
    try:
        taken = _take_in(raw)
    except UnreadableMail as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(CANNOT_BE_READ)
    except WrongInput as wrong:
        click.echo(str(wrong), err=True)
        sys.exit(TRY_AGAIN)
    except Exception as error:  # noqa: BLE001 - whatever it is, the mail server keeps the mail
        # The message of a database error may quote the mail, so only its kind is said.
        click.echo(f"Not taken, try again: {type(error).__name__}.", err=True)
        sys.exit(TRY_AGAIN)
    facts = {"outcome": str(taken.outcome), "return_number": taken.return_number}
    say(facts, as_json=as_json, words=_SAID[taken.outcome].format(number=taken.return_number))


def _take_in(raw: bytes) -> MailTaken:
    settings = settings_here()
    configure_logs(settings)
    with database_here() as url:
        return asyncio.run(_in_database(url, raw, settings))


async def _in_database(url: str, raw: bytes, settings: Settings) -> MailTaken:
    async with engine_at(url, pool_size=1):
        return await take_mail_in(
            raw,
            our_address=settings.mail_from,
            photos=photo_store_from(settings),
            now=clock_from(settings)(),
        )
