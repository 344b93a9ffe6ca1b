"""What deploy/ and the Dockerfile say is true of this engine; no image is built here."""

import configparser
import json
import os
import re
import shutil
import subprocess
import sys
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
import yaml
from dotenv import dotenv_values

from returns_engine.cli.main import COMMANDS
from returns_engine.settings import SETTINGS, variable
from returns_engine.web.portal.photos import UPLOAD_BYTES

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
WORDS = ROOT / "docs" / "operate.md"
EXAMPLE, COMMAND = DEPLOY / "example.env", DEPLOY / "returns-engine"
FILES = [ROOT / "Dockerfile", DEPLOY / "compose.yaml", EXAMPLE, COMMAND, *UNITS, WORDS]
PROGRAM = "/opt/returns-engine/bin/returns-engine"
ANALYZE = shutil.which("systemd-analyze")
A_YEAR = 365 * 24 * 3600
_SETTING = re.compile(r"\bRETURNS_ENGINE_[A-Z0-9_]+")
_INSTRUCTION = re.compile(r"^(?P<word>[A-Z]+) (?P<rest>.*)$", re.MULTILINE)


def instructions() -> list[tuple[str, str]]:
    """Return the words of the Dockerfile, each on one line."""
    text = (ROOT / "Dockerfile").read_text("utf-8").replace("\\\n", " ")
    return [(one["word"], one["rest"]) for one in _INSTRUCTION.finditer(text)]


def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
    return found


class TestTheProxy:
    def test_keeps_browsers_on_https_and_says_who_calls(self):
        says = (DEPLOY / "nginx.conf").read_text("utf-8")
        plain, secure = re.split(r"^server \{$", says, flags=re.MULTILINE)[1:]

        assert "return 301 https://$host$request_uri;" in plain
        assert "proxy_pass" not in plain
        age = re.search(r'Strict-Transport-Security "max-age=(\d+)" always;', secure)
        assert age
        assert int(age[1]) >= A_YEAR
        assert "proxy_set_header X-Forwarded-For $remote_addr;" in secure
        assert re.search(r"location = /metrics \{\s+return 404;", secure)

    def test_lets_the_largest_form_with_photos_through(self):
        says = (DEPLOY / "nginx.conf").read_text("utf-8")
        largest = re.search(r"client_max_body_size (\d+)m;", says)

        assert largest
        assert int(largest[1]) * 1024 * 1024 >= UPLOAD_BYTES

    def test_asks_where_serve_listens(self):
        says = (DEPLOY / "nginx.conf").read_text("utf-8")
        port = SETTINGS["port"].default

        assert f"proxy_pass http://127.0.0.1:{port};" in says


class TestWhatTheyName:
    @pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
    def test_every_setting_there_is_one(self, file: Path):
        named = set(_SETTING.findall(file.read_text("utf-8")))

        assert named <= {variable(name) for name in SETTINGS}

    def test_every_setting_is_explained_to_operators(self):
        pages = "\n".join(page.read_text("utf-8") for page in WORDS.parent.glob("*.md"))
        named = set(re.findall(r"`(?:RETURNS_ENGINE|…)_([A-Z0-9_]+)", pages))

        assert {name.upper() for name in SETTINGS} - named == set()

    def test_every_command_of_compose_is_one(self):
        services = compose()["services"]
        commands = {name: of["command"][0] for name, of in services.items() if "command" in of}

        assert commands == {"migrate": "migrate", "web": "serve", "worker": "worker"}
        assert set(commands.values()) <= set(COMMANDS)

    def test_believes_the_gateway_by_which_the_proxy_comes(self):
        (network,) = compose()["networks"]["default"]["ipam"]["config"]
        believed = compose()["services"]["web"]["environment"]["FORWARDED_ALLOW_IPS"]

        assert believed == network["gateway"]
        assert ip_address(believed) in ip_network(network["subnet"])

    @pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
    def test_every_command_of_a_unit_is_one(self, unit: Path):
        (named,) = re.findall(rf"{PROGRAM} ([a-z-]+)", unit.read_text("utf-8"))

        assert named in COMMANDS

    def test_every_command_of_the_page_for_operators_is_one(self):
        words = WORDS.read_text("utf-8")
        found = re.findall(r"(?:`|bin/|^    )returns-engine ([a-z][a-z-]*)", words, re.MULTILINE)
        named = set(found) - {"unix"}  # what follows in Postfix's own table

        assert {"migrate", "doctor", "backup", "restore"} <= named
        assert named <= set(COMMANDS)

    def test_every_file_it_links_to_is_there(self):
        links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", WORDS.read_text("utf-8"))

        assert [link for link in links if not (WORDS.parent / link).exists()] == []


class TestTheComposeFile:
    def test_serves_once_the_database_is_there_and_up_to_date(self):
        services = compose()["services"]

        assert services["migrate"]["depends_on"] == {"database": {"condition": "service_healthy"}}
        for name in ("web", "worker"):
            waits_for = services[name]["depends_on"]["migrate"]["condition"]
            assert waits_for == "service_completed_successfully"
            assert services[name]["stop_grace_period"] == "1m"
            assert services[name]["volumes"] == ["kept:/data"]

    def test_holds_no_secret(self):
        text = (DEPLOY / "compose.yaml").read_text("utf-8")

        assert re.findall(r"PASSWORD: (?!\$\{)", text) == []
        assert "returns:${DATABASE_PASSWORD:?set it}@database" in text


class TestTheFileOfSettings:
    def test_names_the_folder_that_the_units_name(self):
        named = dotenv_values(EXAMPLE)["RETURNS_ENGINE_DATA_DIR"]

        for unit in UNITS:
            assert f"Environment=RETURNS_ENGINE_DATA_DIR={named}\n" in unit.read_text("utf-8")
            assert f"WorkingDirectory={named}\n" in unit.read_text("utf-8")

    def test_is_read_by_a_shell_as_it_is_by_us(self):
        read = subprocess.run(
            ["/bin/sh", "-eac", f". {EXAMPLE}; env -0"],
            env={"PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=True,
        )
        seen = dict(line.split("=", 1) for line in read.stdout.split("\0") if line)

        assert dotenv_values(EXAMPLE, interpolate=False).items() <= seen.items()


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="no setpriv (util-linux) here")
class TestTheCommandOfTheMachine:
    """`deploy/returns-engine`, with folders of this test and without another user."""

    def test_runs_the_engine_with_the_settings_and_in_the_folder_of_the_services(
        self, tmp_path: Path
    ):
        (tmp_path / "engine.env").write_text("RETURNS_ENGINE_SHOP_NAME='Kim & Ode $ Parts'\n")
        done = run_here(tmp_path, "doctor", "--json")

        settings = {row["name"]: row for row in json.loads(done.stdout)["settings"]}
        assert settings["RETURNS_ENGINE_SHOP_NAME"]["value"] == "Kim & Ode $ Parts"
        assert settings["RETURNS_ENGINE_SHOP_NAME"]["source"] == "environment"
        assert settings["RETURNS_ENGINE_DATA_DIR"]["value"] == str(tmp_path / ".data")

    def test_takes_what_its_caller_has_set_before_what_the_file_says(self, tmp_path: Path):
        (tmp_path / "engine.env").write_text(
            "RETURNS_ENGINE_SHOP_NAME='Kim Ode'\nRETURNS_ENGINE_DATABASE_URL=postgresql:///live\n"
        )
        restored = "postgresql://returns@/it's restored?host=/run&port=5433"
        done = run_here(
            tmp_path, "doctor", "--json", RETURNS_ENGINE_DATABASE_URL=restored, OTHER="one"
        )

        settings = {row["name"]: row for row in json.loads(done.stdout)["settings"]}
        assert settings["RETURNS_ENGINE_DATABASE_URL"]["value"] == restored
        assert settings["RETURNS_ENGINE_SHOP_NAME"]["value"] == "Kim Ode"

    @pytest.mark.parametrize(
        "settings", [None, "RETURNS_ENGINE_SHOP_NAME=Kim Ode Parts\n", "RETURNS_ENGINE_LOGO='x\n"]
    )
    def test_has_the_mail_server_try_again_where_it_cannot(
        self, settings: str | None, tmp_path: Path
    ):
        if settings is not None:
            (tmp_path / "engine.env").write_text(settings)
        done = run_here(tmp_path, "mail", "take-in")

        assert (done.returncode, done.stdout) == (75, "")
        assert str(tmp_path / "engine.env") in done.stderr


def run_here(folder: Path, *words: str, **theirs_too: str) -> subprocess.CompletedProcess[str]:
    text = COMMAND.read_text("utf-8")
    for theirs, ours in (
        ("/etc/returns-engine/returns-engine.env", folder / "engine.env"),
        ("/var/lib/returns-engine", folder),
        ("${RETURNS_RELEASE:-/opt/returns-engine}/bin", Path(sys.executable).parent),
        ("--reuid=returns --regid=returns --init-groups", "--reuid=0 --regid=0 --clear-groups"),
    ):
        assert theirs in text
        text = text.replace(theirs, str(ours))
    clean = {name: of for name, of in os.environ.items() if not name.startswith("RETURNS_ENGINE_")}
    return subprocess.run(
        ["/bin/sh", "-c", text, "returns-engine", *words],
        env=clean | theirs_too,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


class TestTheUnits:
    @pytest.mark.skipif(ANALYZE is None, reason="no systemd on this machine")
    def test_are_what_systemd_understands(self, tmp_path: Path):
        for unit in (DEPLOY / "systemd").iterdir():
            here = unit.read_text("utf-8").replace(PROGRAM, "/bin/true")
            (tmp_path / unit.name).write_text(here)
        units = sorted(str(unit) for unit in tmp_path.iterdir())
        done = subprocess.run(
            [str(ANALYZE), "verify", *units], capture_output=True, text=True, check=False
        )

        ours = [line for line in done.stderr.splitlines() if "returns-engine" in line]
        assert (done.returncode, ours) == (0, [])

    @pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
    def test_run_as_a_user_who_may_write_to_one_folder(self, unit: Path):
        parser = configparser.RawConfigParser(strict=False, interpolation=None)
        parser.optionxform = str  # type: ignore[assignment,method-assign]  # configparser's own way
        parser.read_string(unit.read_text("utf-8"))
        service = parser["Service"]

        assert service["User"] == "returns"
        assert service["ProtectSystem"] == "strict"
        assert service["StateDirectory"] == "returns-engine"
        assert service["NoNewPrivileges"] == "yes"


class TestTheDockerfile:
    def test_runs_as_a_user_of_its_own_from_what_was_built_before(self):
        words = instructions()
        last = max(number for number, (word, _) in enumerate(words) if word == "FROM")
        final = dict(words[last:])

        assert final["USER"] == "returns"
        assert final["COPY"] == "--from=build /opt/returns-engine /opt/returns-engine"
        assert json.loads(final["ENTRYPOINT"]) == ["returns-engine"]
        assert json.loads(final["CMD"]) == ["serve"]
        assert "/health/ready" in final["HEALTHCHECK"]

    def test_copies_what_is_there_and_is_sent(self):
        ignored = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        sent = {line[1:] for line in ignored if line.startswith("!")}
        copied = {
            source
            for word, rest in instructions()
            if word == "COPY" and not rest.startswith("--from")
            for source in rest.split()[:-1]
        }

        assert copied == sent
        assert [source for source in copied if not (ROOT / source).exists()] == []
