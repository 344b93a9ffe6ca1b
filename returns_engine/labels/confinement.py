"""Keep a template inside its folder: what it names lies in label_templates/ or is refused."""

from pathlib import Path, PurePosixPath, PureWindowsPath

from returns_engine.labels.reading import TemplateError

TEMPLATES = Path(__file__).resolve().parents[2] / "label_templates"


def confined(name: str, folder: Path, *, file: str, key: str) -> Path:
    """Return the existing file `name` of `folder`; raise TemplateError if it leads out of it.

    Refused are absolute paths, `..`, and symbolic links whose target lies elsewhere.
    """
    inside = f"a file in {folder.name}/"
    pure = PurePosixPath(name)
    windows = PureWindowsPath(name)
    if "\0" in name or "\\" in name or pure.is_absolute() or windows.drive or ".." in pure.parts:
        raise TemplateError(file, key, f"{inside}; found {name[:80]!r}")
    path = (folder / pure).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise TemplateError(file, key, f"{inside}; {name[:80]!r} leads out of it")
    if not path.is_file():
        raise TemplateError(file, key, f"{inside}; there is no {name[:80]!r}")
    return path
