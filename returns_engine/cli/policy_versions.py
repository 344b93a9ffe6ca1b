"""`returns-engine policy publish`, `history` and `replay`: the versions of the policy."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import rich_click as click

from returns_engine.cli.input_files import policy_from
from returns_engine.cli.replay_words import history_words, replay_words
from returns_engine.cli.surroundings import ENV_FILE, as_wrong_input, in_database, json_option, say
from returns_engine.cli.wrong_input import WrongInput
from returns_engine.documents.policy_file import policy_text
from returns_engine.gateways.clock import system_clock
from returns_engine.queries.kept_decisions import count_decisions
from returns_engine.queries.moments import utc_text
from returns_engine.queries.published_policies import newest_policy, published_versions
from returns_engine.rules.policy import Policy
from returns_engine.settings import read_setting
from returns_engine.workflow.publish_policy import PolicyText, person_named, publish_policy
from returns_engine.workflow.replay_policy import PolicyReplay, replay_policy

_FILE = click.Path(path_type=Path)
_THE_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_DECIDED_BY = "A policy file that decided before any was published; may be repeated."


@click.command(
    "replay", epilog="Example: returns-engine policy replay draft.toml --since 2026-01-01"
)
@click.argument("file", type=_FILE)
@click.option("--since", help="Decisions from this day on; else all there are.")
@click.option("--decided-by", "older", type=_FILE, multiple=True, help=_DECIDED_BY)
@json_option
def replay(*, file: Path, since: str | None, older: tuple[Path, ...], as_json: bool) -> None:
    """Run a draft over past decisions: which would have been others, and what money it moves.

    Nothing is changed. Every decision was kept with its facts, so the draft answers exactly what it
    would have answered.
    """
    draft = policy_from(file)
    report = in_database(lambda: _replayed(draft, older, _moment(since, draft, "--since")))
    say(report.facts(), as_json=as_json, words=replay_words(report.facts()))


@click.command(
    "publish",
    epilog="Example: returns-engine policy publish draft.toml --from 2027-01-01"
    " --by kim@example.com --note 'Forty-five days over the holidays'",
)
@click.argument("file", type=_FILE)
@click.option(
    "--from", "since", help="Day (its beginning in the policy's zone) or moment; else in a minute."
)
@click.option("--by", help="Who decided it: the address of a person of the staff.")
@click.option("--note", help="Why it was changed.")
@click.option("--decided-by", "older", type=_FILE, multiple=True, help=_DECIDED_BY)
@click.option("--yes", is_flag=True, help="Ask nothing, though decisions would have been others.")
@json_option
def publish(
    *,
    file: Path,
    since: str | None,
    by: str | None,
    note: str | None,
    older: tuple[Path, ...],
    yes: bool,
    as_json: bool,
) -> None:
    """Publish the next version of the policy; what it would have changed is kept with it.

    It is in force for orders placed from then on: an order keeps the policy it was placed under.
    Web and workers take it up by themselves. A version that was published is never changed.
    """
    new = _read(file)
    begins = _moment(since, new.policy, "--from") if since else None
    report = in_database(lambda: _replayed(new.policy, older, _THE_BEGINNING))
    if not as_json:
        click.echo(replay_words(report.facts()))
    if report.flips and not yes and sys.stdin.isatty():
        click.confirm("Publish it?", abort=True, err=as_json)
    facts = in_database(lambda: _published(new, begins, report, note=note, by=by))
    words = (
        f"Version {facts['version']} is in force for orders placed from {facts['in_force_from']}."
    )
    say({**facts, "replay": report.facts()}, as_json=as_json, words=words)


@click.command("history", epilog="Example: returns-engine policy history --json")
@json_option
def history(*, as_json: bool) -> None:
    """List every version that was published: from when, by whom, why, and what it changed."""
    versions = in_database(published_versions)
    now = system_clock()
    facts = [_version_facts(row) for row in versions]
    in_force = next(
        (row["version"] for row in versions if (row["in_force_from"] or _THE_BEGINNING) <= now),
        None,
    )
    say(
        {"in_force": in_force, "versions": facts},
        as_json=as_json,
        words=history_words(facts, in_force),
    )


async def _replayed(draft: Policy, older: tuple[Path, ...], since: datetime) -> PolicyReplay:
    known = [*(await newest_policy(_of_settings().policy)).versions(), _of_settings().policy]
    known += [policy_from(path) for path in older]
    with click.progressbar(
        length=await count_decisions(since),
        label="Decisions",
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    ) as bar:
        return await replay_policy(draft, known=reversed(known), since=since, done=bar.update)


async def _published(
    new: PolicyText,
    begins: datetime | None,
    report: PolicyReplay,
    *,
    note: str | None,
    by: str | None,
) -> dict[str, Any]:
    since = await publish_policy(
        new,
        before=_of_settings(),
        in_force_from=begins,
        replay=report.facts(),
        note=note,
        by=await person_named(by),
        now=system_clock(),
    )
    return {
        "id": new.policy.policy_id,
        "version": new.policy.version,
        "in_force_from": utc_text(since),
        "sha256": new.sha256,
    }


def _version_facts(row: dict[str, Any]) -> dict[str, Any]:
    report = row["replay"]
    return {
        "id": row["policy_id"],
        "version": row["version"],
        "in_force_from": utc_text(row["in_force_from"]),
        "published_at": utc_text(row["published_at"]),
        "published_by": row["published_by"],
        "note": row["note"],
        "sha256": row["sha256"],
        "decisions": report.get("decisions"),
        "flipped": report.get("flipped"),
        "money": report.get("money"),
    }


def _of_settings() -> PolicyText:
    """Return the policy of the settings, which is in force until one is published."""
    with as_wrong_input():
        path: Path | None = read_setting("policy", os.environ, ENV_FILE)
    return _read(path)


def _read(path: Path | None) -> PolicyText:
    policy = policy_from(path)
    return PolicyText(policy=policy, text=policy_text(path))


def _moment(text: str | None, policy: Policy, option: str) -> datetime:
    """Return a moment; a day begins at midnight in the policy's zone. Raises WrongInput."""
    if text is None:
        return _THE_BEGINNING
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise WrongInput(
            [f"{option}: {text} is no day (2027-01-01) and no moment (2027-01-01T08:00:00Z)."]
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=policy.zone)
