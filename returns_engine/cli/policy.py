"""`returns-engine policy`: read the merchant's policy, check a file, publish versions of it."""

import json
from pathlib import Path

import rich_click as click

from returns_engine.cli.input_files import policy_from, policy_option
from returns_engine.cli.policy_versions import history, publish, replay
from returns_engine.cli.surroundings import in_database
from returns_engine.cli.wrong_input import WrongInput
from returns_engine.documents.policy_file import policy_text
from returns_engine.queries.published_policies import published_text
from returns_engine.rules.policy import Clause, Policy
from returns_engine.rules.policy_toml import read_policy


@click.group("policy")
def command() -> None:
    """Show the policy, check a policy file, and publish the next version."""


@command.command("show")
@policy_option
@click.option("--version", type=int, help="A version that was published, from the database.")
@click.option("--toml", "as_toml", is_flag=True, help="The file, word for word.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
def show(policy_path: Path | None, *, version: int | None, as_toml: bool, as_json: bool) -> None:
    """Print every clause with its sentence, where it comes from, and the numbers behind it.

    Of the policy file, unless a published version is named.

    Example: returns-engine policy show --json
    """
    text = _text(policy_path, version)
    if as_toml:
        click.echo(text, nl=False)
        return
    policy = (
        policy_from(policy_path) if version is None else read_policy(text, f"version {version}")
    )
    if as_json:
        click.echo(json.dumps(_as_json(policy), ensure_ascii=False, indent=2))
        return
    click.echo(f"{_heading(policy)}\n")
    for clause in policy.clauses.values():
        click.echo(f"{clause.clause_id}\n  {clause.says}\n  ({_origin(clause)})")


@command.command("check")
@click.argument("file", type=click.Path(path_type=Path))
def check(file: Path) -> None:
    """Say whether a policy file can be used; else name the file, the key and what was expected.

    Example: returns-engine policy check returns_engine/policies/ekr.toml
    """
    policy = policy_from(file)
    click.echo(f"{file}: {_heading(policy)}, {len(policy.clauses)} clauses; it can be used.")


for _one in (replay, publish, history):
    command.add_command(_one)


def _text(path: Path | None, version: int | None) -> str:
    if version is None:
        policy_from(path)
        return policy_text(path)
    text = in_database(lambda: published_text(version))
    if text is None:
        raise WrongInput([f"Version {version} was not published: see `policy history`."])
    return text


def _heading(policy: Policy) -> str:
    return f"Policy {policy.policy_id}, version {policy.version}"


def _origin(clause: Clause) -> str:
    return ", ".join([clause.source, *clause.statements])


def _as_json(policy: Policy) -> dict[str, object]:
    return {
        "id": policy.policy_id,
        "version": policy.version,
        "zone": policy.zone.key,
        "home_country": policy.home_country,
        "return_window_days": policy.return_window_days,
        "warranty_years": policy.warranty.years,
        "label": {
            "paid_by": policy.label.paid_by,
            "expires_days": policy.label.expires_days,
            "fee": policy.label.fee,
        },
        "clauses": [
            {
                "id": clause.clause_id,
                "says": clause.says,
                "source": clause.source,
                "from": list(clause.statements),
            }
            for clause in policy.clauses.values()
        ],
    }
