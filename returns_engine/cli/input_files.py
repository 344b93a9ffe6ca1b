"""What the command line is given to read: documents, and the policy."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec
import rich_click as click

from returns_engine.cli.wrong_input import WrongInput
from returns_engine.documents.errors import DocumentError
from returns_engine.documents.policy_file import load_policy
from returns_engine.documents.reading import read_document
from returns_engine.rules.policy import Policy, PolicyError

Shape = TypeVar("Shape", bound=msgspec.Struct)
Decorated = TypeVar("Decorated", bound=Callable[..., None])


def document_from(path: Path, shape: type[Shape]) -> Shape:
    """Return the document in a file; raises WrongInput naming file and text line or pointer."""
    try:
        return read_document(path.read_bytes(), shape)
    except OSError as error:
        raise WrongInput([f"{path}: cannot be read: {error.strerror}"]) from None
    except DocumentError as error:
        faults = [f"{path}: {fault.place}: {fault.detail}" for fault in error.errors]
        raise WrongInput(faults) from None


def policy_from(path: Path | None) -> Policy:
    """Return the policy in a file, or the packaged one; raises WrongInput naming file and key."""
    try:
        return load_policy(path)
    except PolicyError as error:
        raise WrongInput([str(error)]) from None


def policy_option(command: Decorated) -> Decorated:
    """Give a command the option --policy, which RETURNS_ENGINE_POLICY sets too."""
    option = click.option(
        "--policy",
        "policy_path",
        type=click.Path(path_type=Path),
        envvar="RETURNS_ENGINE_POLICY",
        show_envvar=True,
        help="The policy, a TOML file; without it the one that comes along, ekr.toml.",
    )
    return option(command)
