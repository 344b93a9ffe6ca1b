"""`returns-engine doctor`: what is set, from where, and what to mend."""

import asyncio
import os
import smtplib
import sys
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import psycopg
import rich_click as click

from returns_engine.bootstrap import OLDEST_POSTGRES
from returns_engine.cli.surroundings import ENV_FILE, json_option, say
from returns_engine.documents.policy_file import load_policy
from returns_engine.labels.confinement import TEMPLATES
from returns_engine.labels.template import QUARANTINE_LABEL, load_template
from returns_engine.settings import SettingError, Settings, describe_environment, unknown_variables
from returns_engine.worker import payment_gateway

TIMEOUT_SECONDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at; `mend` says what to do where it is not well."""

    what: str
    ok: bool
    mend: str


@click.command(epilog="Example: returns-engine doctor --json")
@json_option
def command(*, as_json: bool) -> None:
    """Check settings, database, Stripe, mail, policy and labels; exit status 1 where one fails."""
    findings = _findings()
    findings += [
        Finding(what=name, ok=False, mend="No setting has this name; is it misspelled?")
        for name in unknown_variables(os.environ, ENV_FILE)
    ]
    ok = all(finding.ok for finding in findings)
    rows = describe_environment(os.environ, ENV_FILE)
    facts = {
        "ok": ok,
        "checks": [
            {"what": one.what, "ok": one.ok, "mend": None if one.ok else one.mend}
            for one in findings
        ],
        "settings": [{"name": row.name, "value": row.value, "source": row.source} for row in rows],
    }
    words = [f"{row.name:36} {row.value:30} {row.source}" for row in rows]
    words += [
        f"{'✓' if one.ok else '✗'} {one.what}{'' if one.ok else f': {one.mend}'}"
        for one in findings
    ]
    say(facts, as_json=as_json, words="\n".join(words))
    sys.exit(0 if ok else 1)


def _findings() -> list[Finding]:
    try:
        settings = Settings.from_environment(os.environ, ENV_FILE)
    except SettingError as error:
        return [Finding(what="settings", ok=False, mend=mend) for mend in error.problems]
    return [_look(what, check, settings) for what, check in CHECKS.items()]


def _look(what: str, check: Callable[[Settings], None], settings: Settings) -> Finding:
    try:
        check(settings)
    except Exception as error:  # noqa: BLE001 - whatever is the matter, the doctor says it and goes on
        return Finding(what=what, ok=False, mend=f"{error}".strip() or type(error).__name__)
    return Finding(what=what, ok=True, mend="")


def _database(settings: Settings) -> None:
    if settings.database_url is None:
        return  # Our own is started for whoever needs it.
    with psycopg.connect(settings.database_url, connect_timeout=TIMEOUT_SECONDS) as connection:
        if connection.info.server_version < OLDEST_POSTGRES:
            raise ValueError("PostgreSQL 15 or later is needed.")
        row = connection.execute("SELECT to_regclass('returns')").fetchone()
        if row is None or row[0] is None:
            raise ValueError("The tables are missing: run returns-engine migrate.")


_DEAD_JOBS = """
SELECT id, task_name, args::text FROM procrastinate_jobs WHERE status = 'failed'
ORDER BY id DESC LIMIT 20
"""


def _jobs(settings: Settings) -> None:
    if settings.database_url is None:
        return
    with psycopg.connect(settings.database_url, connect_timeout=TIMEOUT_SECONDS) as connection:
        dead = connection.execute(_DEAD_JOBS).fetchall()
    if dead:
        listed = "; ".join(f"{number} {task} {args}" for number, task, args in dead)
        raise ValueError(f"Jobs died, newest first; the worker's log says of what: {listed}")


def _stripe(settings: Settings) -> None:
    async def look() -> None:
        async with payment_gateway(settings):
            pass

    asyncio.run(look())
    address = settings.stripe_address or "https://api.stripe.com"
    answer = httpx.get(
        f"{address}/v1/refunds?limit=1",
        auth=(settings.stripe_key or "", ""),
        timeout=TIMEOUT_SECONDS,
    )
    if answer.is_error:
        raise ValueError(f"Stripe answers {answer.status_code}; check RETURNS_ENGINE_STRIPE_KEY.")


def _mail(settings: Settings) -> None:
    settings.require("smtp_host")
    kind = smtplib.SMTP_SSL if settings.smtp_security == "tls" else smtplib.SMTP
    with kind(settings.smtp_host or "", settings.smtp_port, timeout=TIMEOUT_SECONDS) as server:
        server.noop()


def _policy(settings: Settings) -> None:
    load_policy(settings.policy)


def _labels(settings: Settings) -> None:
    folder = settings.label_templates or TEMPLATES
    load_template(folder=folder)
    if (folder / QUARANTINE_LABEL).exists():
        load_template(QUARANTINE_LABEL, folder=folder)


CHECKS: dict[str, Callable[[Settings], None]] = {
    "database": _database,
    "jobs": _jobs,
    "payments": _stripe,
    "mail": _mail,
    "policy": _policy,
    "labels": _labels,
}
"""What is looked at, in this order."""
