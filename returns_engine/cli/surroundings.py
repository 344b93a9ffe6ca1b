"""What a command finds where it is run: settings from the environment and `.env`, the database."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

import asyncpg
import rich_click as click
import structlog

from returns_engine.bootstrap import DatabaseUnfit, database_at
from returns_engine.cli.failed import Failed
from returns_engine.cli.wrong_input import WrongInput
from returns_engine.gateways.anchor_store.folder import AnchorFolder
from returns_engine.gateways.anchor_store.key_file import KEY_FILE, key_in, key_made_in
from returns_engine.gateways.photo_store.chosen import CHOSEN_BY, photo_store_of
from returns_engine.gateways.photo_store.store import PhotoStore
from returns_engine.rules.policy import PolicyError
from returns_engine.settings import SettingError, Settings, read_setting, unknown_variables
from returns_engine.tables.engine import DATABASE_FAILURES, engine_at
from returns_engine.workflow.refusals import Refusal

log = structlog.get_logger()

ENV_FILE = Path(".env")
Result = TypeVar("Result")
_OUT_OF_DATE = (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError)


def settings_here() -> Settings:
    """Read every setting; raises WrongInput naming those that are missing or wrong."""
    with as_wrong_input():
        return Settings.from_environment(os.environ, ENV_FILE)


def warn_of_settings(settings: Settings) -> None:
    """Write into the log what may be meant otherwise: `serve` and `worker` start with it."""
    for name in unknown_variables(os.environ, ENV_FILE):
        log.warning("setting_unknown", name=name)
    if settings.mode == "production" and not settings.public_url.startswith("https://"):
        log.warning("public_url_not_https", public_url=settings.public_url)


@contextmanager
def database_here() -> Iterator[str]:
    """Give the address of the database that the settings name, or of our own, started for it."""
    with as_wrong_input():
        url = read_setting("database_url", os.environ, ENV_FILE)
        data_dir = read_setting("data_dir", os.environ, ENV_FILE)
        with database_at(url, data_dir) as address:
            yield address


def anchors_here(folder: Path | None = None) -> AnchorFolder:
    """Return the folder of anchors that was named, else that of the settings."""
    with as_wrong_input():
        named = folder or read_setting("anchor_dir", os.environ, ENV_FILE)
        data_dir: Path = read_setting("data_dir", os.environ, ENV_FILE)
        return AnchorFolder(named or data_dir / "anchors")


def anchor_key_here(*, make: bool = False) -> str | None:
    """Return the key anchors are signed with; None where there is none and none is made."""
    with as_wrong_input():
        set_key: str | None = read_setting("anchor_key", os.environ, ENV_FILE)
        data_dir: Path = read_setting("data_dir", os.environ, ENV_FILE)
    file = data_dir / KEY_FILE
    return set_key or (key_made_in(file) if make else key_in(file))


def photos_here() -> PhotoStore:
    """Return the store of photos that the settings name."""
    with as_wrong_input():
        return photo_store_of(
            {name: read_setting(name, os.environ, ENV_FILE) for name in CHOSEN_BY}
        )


def folders_here() -> tuple[Path, Path]:
    """Return the folders that photos and anchors are kept in."""
    with as_wrong_input():
        data_dir: Path = read_setting("data_dir", os.environ, ENV_FILE)
        photos: Path | None = read_setting("photo_dir", os.environ, ENV_FILE)
        anchors: Path | None = read_setting("anchor_dir", os.environ, ENV_FILE)
    return photos or data_dir / "photos", anchors or data_dir / "anchors"


def bucket_here() -> str | None:
    """Return the bucket that photos are kept in; None where they are in the folder."""
    with as_wrong_input():
        bucket: str | None = read_setting("s3_bucket", os.environ, ENV_FILE)
    return bucket


def named_database_here() -> str:
    """Return the address of the database that the settings name; raises WrongInput for none."""
    with as_wrong_input():
        url: str | None = read_setting("database_url", os.environ, ENV_FILE)
    if url is None:
        raise WrongInput(["RETURNS_ENGINE_DATABASE_URL is not set: name the new, empty database."])
    return url


def merchant_here() -> str:
    """Return the shop's name, as it stands on paper."""
    with as_wrong_input():
        name: str = read_setting("shop_name", os.environ, ENV_FILE)
        return name


def in_database(work: Callable[[], Awaitable[Result]]) -> Result:
    """Run `work` with the engine pointed at the database; what it refuses is wrong input.

    Raises Failed where the database does not answer or is out of date.
    """
    with database_here() as address:

        async def run() -> Result:
            async with AsyncExitStack() as opened:
                try:
                    await opened.enter_async_context(engine_at(address, pool_size=4))
                except DATABASE_FAILURES as error:
                    raise Failed(f"The database does not answer: {error}") from None
                return await work()

        try:
            return asyncio.run(run())
        except Refusal as refusal:
            raise WrongInput([refusal.detail]) from None
        except _OUT_OF_DATE:
            raise Failed(
                "The database is not up to date: run `returns-engine migrate` first."
            ) from None


@contextmanager
def as_wrong_input() -> Iterator[None]:
    """Turn what is wrong with settings or policy into the command's own refusal.

    A database that does not answer, or is too old, is no wrong input: the command fails.
    """
    try:
        yield
    except (SettingError, PolicyError) as error:
        raise WrongInput(str(error).splitlines()) from None
    except DatabaseUnfit as error:
        raise Failed(str(error)) from None


def say(facts: object, *, as_json: bool, words: str) -> None:
    """Print `facts` as one JSON object, or what they come to in words."""
    click.echo(json.dumps(facts, ensure_ascii=False) if as_json else words)


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
