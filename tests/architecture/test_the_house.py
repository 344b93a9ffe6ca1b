"""The house stands as it was drawn: floors, names, sizes, and what each part may load."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "core", "manager"}
LONGEST_FILE = 300
# Where packages come from is the machine's affair; spelled in halves, or this file would be found.
PLACES_OF_PACKAGES = ["pypi" + ".org", "pythonhosted" + ".org", "npmjs" + ".org", "npmjs" + ".com"]


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def tracked(*patterns: str) -> list[Path]:
    listed = run("git", "ls-files", "-z", *patterns)
    assert listed.returncode == 0, listed.stderr
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.exists()]


def ours() -> list[Path]:
    return [
        path
        for path in tracked("returns_engine/*.py", "admin/*.py")
        if "piccolo_migrations" not in path.parts
    ]


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def folders_that_import(package: str) -> set[str]:
    return {
        path.parent.relative_to(ROOT).as_posix()
        for path in ours()
        if any(name.split(".")[0] == package for name in imported(path))
    }


class TestFloors:
    def test_each_imports_only_what_is_below(self):
        linter = Path(sys.executable).with_name("lint-imports")

        done = run(linter, "--no-cache")

        assert done.returncode == 0, done.stdout

    def test_rules_need_the_standard_library_alone(self):
        strangers = {
            name
            for path in tracked("returns_engine/rules/*.py")
            for name in imported(path)
            if name.split(".")[0] not in sys.stdlib_module_names
            and not name.startswith("returns_engine.rules")
        }

        assert strangers == set()

    @pytest.mark.parametrize(
        ("package", "folder"),
        [
            ("stripe", "returns_engine/gateways/payments"),
            ("reportlab", "returns_engine/labels"),
            ("obstore", "returns_engine/gateways/photo_store"),
        ],
    )
    def test_what_could_be_exchanged_is_imported_in_one_folder(self, package, folder):
        assert folders_that_import(package) == {folder}


class TestWhatAProcessLoads:
    def test_the_web_process_draws_no_labels_and_runs_no_jobs(self):
        ask = "import json, sys, returns_engine.asgi; print(json.dumps(sorted(sys.modules)))"

        done = run(sys.executable, "-c", ask)

        assert done.returncode == 0, done.stderr
        loaded = {name.split(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}
        assert loaded.isdisjoint({"reportlab", "procrastinate"})


class TestNamesAndSizes:
    def test_no_file_is_named_for_nothing_in_particular(self):
        named = {path for path in tracked("*.py") if FORBIDDEN_NAMES & {path.stem, *path.parts}}

        assert named == set()

    def test_no_file_is_longer_than_one_idea(self):
        lengths = {path: len(path.read_text().splitlines()) for path in ours()}

        assert {path for path, lines in lengths.items() if lines > LONGEST_FILE} == set()

    def test_packages_have_one_path_to_each_thing(self):
        inits = tracked("*/__init__.py")

        assert {path for path in inits if path.read_text().strip()} == set()


class TestReasons:
    def test_every_exception_to_lint_or_types_carries_its_own(self):
        without = re.compile(
            r"#\s*noqa(?!: [A-Z]+\d+(, [A-Z]+\d+)* - \S)"
            r"|#\s*type:\s*ignore(?!\[[a-z-]+(, ?[a-z-]+)*\]  # \S)"
        )

        assert lines_matching(without, tracked("*.py")) == []

    def test_every_test_left_out_says_why(self):
        left_out = [
            f"{path.name}:{call.lineno}"
            for path in tracked("tests/*.py")
            for call in ast.walk(ast.parse(path.read_text()))
            if isinstance(call, ast.Call)
            and re.search(r"\b(skip|skipif|xfail)$", ast.unparse(call.func))
            and not gives_a_reason(call)
        ]

        assert left_out == []


class TestNothingButOurs:
    def test_no_file_says_where_packages_come_from(self):
        places = re.compile("|".join(map(re.escape, PLACES_OF_PACKAGES)))
        texts = [path for path in tracked() if path.suffix not in {".ttf", ".ttc", ".png", ".jpg"}]

        assert lines_matching(places, texts) == []

    def test_the_lock_of_the_page_assets_names_no_address_to_fetch_from(self):
        assert [
            name
            for name, of in page_assets().items()
            if "resolved" in of and not (of.get("link") and of["resolved"].startswith(".ci/"))
        ] == []

    def test_nothing_of_the_page_assets_runs_while_it_is_installed_or_tells_who_does(self):
        assert [name for name, of in page_assets().items() if of.get("hasInstallScript")] == []
        assert page_assets()["node_modules/@scarf/scarf"] == {
            "resolved": ".ci/no-scarf",
            "link": True,
        }

    def test_the_lock_of_the_python_packages_hashes_each(self):
        entries = re.split(r"\n(?=\S)", (ROOT / "requirements.lock").read_text())

        assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def page_assets() -> dict[str, dict[str, Any]]:
    """Return what package-lock.json says of each package."""
    packages: dict[str, dict[str, Any]] = json.loads((ROOT / "package-lock.json").read_text())[
        "packages"
    ]
    return packages


def gives_a_reason(call: ast.Call) -> bool:
    by_name = any(keyword.arg == "reason" for keyword in call.keywords)
    return by_name or (ast.unparse(call.func) == "pytest.skip" and bool(call.args))


def lines_matching(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1)
        if pattern.search(line)
    ]
