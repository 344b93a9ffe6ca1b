"""`returns-engine doctor`: what is set, from where, and what to mend."""

import os
import sys
from collections.abc import Mapping

import rich_click as click

from returns_engine.cli.checkup.database import (
    check_clock,
    check_connections,
    check_database,
    check_jobs,
    check_published_policy,
    check_warehouses,
    check_worker,
)
from returns_engine.cli.checkup.finding import Check, Finding, Level, look_at_all
from returns_engine.cli.checkup.here import (
    check_anchors,
    check_labels,
    check_pages,
    check_policy,
    check_settings_file,
)
from returns_engine.cli.checkup.outside import check_mail, check_payments, check_photos
from returns_engine.cli.checkup.settings_so_far import settings_so_far
from returns_engine.cli.surroundings import ENV_FILE, as_wrong_input, json_option, say
from returns_engine.settings import describe_environment, read_environment, unknown_variables

CHECKS: Mapping[str, Check] = {
    "database": check_database,
    "clock": check_clock,
    "connections": check_connections,
    "jobs": check_jobs,
    "worker": check_worker,
    "warehouses": check_warehouses,
    "payments": check_payments,
    "mail": check_mail,
    "photos": check_photos,
    "anchors": check_anchors,
    "policy": check_policy,
    "published policy": check_published_policy,
    "labels": check_labels,
    "pages": check_pages,
    "settings file": check_settings_file,
}
"""What is looked at, in this order; a line added here adds a check."""

_MARKS = {Level.OK: "✓", Level.WARN: "!", Level.FAIL: "✗"}


@click.command(epilog="Example: returns-engine doctor --json")
@json_option
def command(*, as_json: bool) -> None:
    """Check settings and all that they name; exit status 1 where something fails.

    ✓ is well, ! is to be thought about, ✗ fails. Nothing is changed, sent or paid, but for a
    file that is put to the photos and removed. Each check is
    for itself and takes no longer than twenty seconds. While a setting is wrong, all is looked at
    that does not need it.
    """
    with as_wrong_input():  # a file of settings that cannot be read
        rows = describe_environment(os.environ, ENV_FILE)
    findings = [*_findings(), *_misspelled()]
    ok = all(finding.level is not Level.FAIL for finding in findings)
    facts = {
        "ok": ok,
        "checks": [
            {
                "what": one.what,
                "level": one.level,
                "ok": one.level is not Level.FAIL,
                "mend": one.mend or None,
            }
            for one in findings
        ],
        "settings": [{"name": row.name, "value": row.value, "source": row.source} for row in rows],
    }
    words = [f"{row.name:36} {row.value:30} {row.source}" for row in rows]
    words += [
        f"{_MARKS[one.level]} {one.what}{f': {one.mend}' if one.mend else ''}" for one in findings
    ]
    say(facts, as_json=as_json, words="\n".join(words))
    sys.exit(0 if ok else 1)


def _findings() -> list[Finding]:
    found = read_environment(os.environ, ENV_FILE)
    wrong = [_failed("settings", mend) for mend in found.problems.values()]
    return [*wrong, *look_at_all(CHECKS, settings_so_far(found))]


def _misspelled() -> list[Finding]:
    return [
        _failed(name, "No setting has this name; is it misspelled?")
        for name in unknown_variables(os.environ, ENV_FILE)
    ]


def _failed(what: str, mend: str) -> Finding:
    return Finding(what=what, level=Level.FAIL, mend=mend)
