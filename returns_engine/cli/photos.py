"""`returns-engine photos`: remove pictures that nobody needs."""

import rich_click as click

from returns_engine.cli.surroundings import in_database, json_option, photos_here, say
from returns_engine.gateways.clock import system_clock
from returns_engine.workflow.purge_photos import purge_photos


@click.group()
def command() -> None:
    """Remove pictures that nobody needs."""


@command.command(epilog="Example: returns-engine photos purge --dry-run")
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@json_option
def purge(*, dry_run: bool, as_json: bool) -> None:
    """Remove photos that nobody sent along for a week, and files that no photo knows.

    The worker does the same every night.
    """
    photos, now = photos_here(), system_clock()
    gone = in_database(lambda: purge_photos(photos=photos, now=now, files_now=now, dry_run=dry_run))
    facts = {"dry_run": dry_run, "photos": gone.photos, "files": gone.files}
    words = (
        f"{'Would go' if dry_run else 'Removed'}: {gone.photos} photos nobody used,"
        f" {gone.files} files without a photo."
    )
    say(facts, as_json=as_json, words=words)
