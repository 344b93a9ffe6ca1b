"""The command line in a process of its own, as a program would run it."""

import json
import os
import subprocess
import sys

import pytest

from returns_engine.cli.main import COMMANDS
from tests.documents.examples import LEFT_OUT, ORDER, REQUEST, changed

AS_OF = "2026-03-30T12:00:00Z"
RUN = "import sys; from returns_engine.cli.main import main; sys.argv[0] = 'x'; main()"


def returns_engine(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "-c", RUN, *map(str, arguments)],
        capture_output=True,
        check=False,
        env={**os.environ, **environment},
        timeout=180,
    )


@pytest.fixture
def files(tmp_path):
    order, request = tmp_path / "order.json", tmp_path / "request.json"
    order.write_text(json.dumps({"order_number": "EKR-1001", **ORDER}))
    request.write_text(json.dumps(REQUEST))
    return order, request


def decide(files, *more, as_of=AS_OF, **environment):
    order, request = files
    arguments = ["decide", "--order", order, "--request", request, "--as-of", as_of, *more]
    return returns_engine(*arguments, **environment)


def loaded_to_decide(files):
    """The modules that the command loads, beyond those that every Python begins with."""
    order, request = files
    probe = (
        "import sys; before = set(sys.modules)\n"
        "from returns_engine.cli.main import main\n"
        f"main(['decide', '--order', {str(order)!r}, '--request', {str(request)!r},"
        f" '--as-of', '{AS_OF}'], standalone_mode=False)\n"
        "print(*sys.modules.keys() - before, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, check=True)
    return set(done.stderr.decode().split())


def said(done):
    assert done.stdout == b""
    return done.returncode, done.stderr.decode()


class TestDecide:
    def test_answers_the_contracts_example(self, files):
        done = decide(files)

        answer = json.loads(done.stdout)
        assert done.returncode == 0
        assert done.stderr == b""
        assert answer["verdict"] == "eligible"
        assert answer["refund_estimate"]["total"] == 13534
        assert len(answer["lines"][0]["rules"]) == 8

    def test_exits_with_0_whatever_the_verdict(self, files):
        done = decide(files, as_of="2026-05-30T12:00:00+02:00")

        assert done.returncode == 0
        assert json.loads(done.stdout)["verdict"] == "ineligible"
        assert json.loads(done.stdout)["as_of"] == "2026-05-30T10:00:00Z"

    def test_answers_in_utf_8_whatever_the_terminal(self, files):
        done = decide(files, PYTHONIOENCODING="ascii", LC_ALL="C")

        assert done.returncode == 0
        assert "“changed mind”" in done.stdout.decode("utf-8")

    def test_takes_another_policy_by_option_and_by_environment(self, files, tmp_path):
        policy = tmp_path / "short.toml"
        policy.write_text(packaged_policy().replace("days = 30", "days = 7"))

        by_option = json.loads(decide(files, "--policy", policy).stdout)
        by_environment = json.loads(decide(files, RETURNS_ENGINE_POLICY=str(policy)).stdout)
        assert by_option == by_environment
        assert by_option["lines"][0]["window"]["of"] == 7
        assert by_option["verdict"] == "ineligible"

    def test_loads_nothing_heavy(self, files):
        loaded = loaded_to_decide(files)

        ours = {name.split(".")[1] for name in loaded if name.startswith("returns_engine.")}
        packages = {name.split(".")[0] for name in loaded} - sys.stdlib_module_names
        packages -= {name for name in loaded if name.startswith("_sysconfigdata_")}  # Python's own
        assert ours == {"cli", "documents", "rules"}
        assert packages == {"click", "msgspec", "rich_click", "returns_engine", "typing_extensions"}
        assert not loaded & {"asyncio", "email", "http", "logging", "ssl", "xml"}
        # 195 when this was written; what they take is for `make bench` to say.
        assert len(loaded) <= 250


class TestInputThatCannotBeRead:
    def test_names_file_and_line_of_a_syntax_error(self, files):
        files[1].write_text('{"order_number": "EKR-1001",\n "lines": [}')

        code, error = said(decide(files))
        assert code == 2
        assert error.startswith(f"{files[1]}: line 2: ")

    @pytest.mark.parametrize(
        ("pointer", "value", "named"),
        [
            ("/lines/0/quantity", 0, "/lines/0/quantity"),
            ("/lines/0/quantity", "1", "/lines/0/quantity"),
            ("/lines/0/quantity", 1.0, "/lines/0/quantity"),
            ("/lines/0/line_id", "L9", "/lines/0/line_id"),
            ("/lines/0/reason", LEFT_OUT, "/lines/0/reason"),
            ("/lines/0/amount", 1, "/lines/0/amount"),
            ("/lines", [], "/lines"),
            ("/order_number", "EKR-1002", "/order_number"),
            ("/resolution", "replacement", "/resolution"),
        ],
    )
    def test_names_file_and_pointer_in_a_request(self, files, pointer, value, named):
        files[1].write_text(json.dumps(changed(REQUEST, pointer, value)))

        code, error = said(decide(files))
        assert code == 2
        assert error.startswith(f"{files[1]}: {named}: ")

    @pytest.mark.parametrize(
        ("pointer", "value", "named"),
        [
            ("/discount", 10.5, "/discount"),
            ("/shipments/0/lines/0/quantity", 3, "/shipments/0/lines/0/quantity"),
            ("/lines/1", ORDER["lines"][0], "/lines/1/line_id"),
            ("/vip", True, "/vip"),
        ],
    )
    def test_names_file_and_pointer_in_an_order(self, files, pointer, value, named):
        order = {"order_number": "EKR-1001", **changed(ORDER, pointer, value)}
        files[0].write_text(json.dumps(order))

        code, error = said(decide(files))
        assert code == 2
        assert error.startswith(f"{files[0]}: {named}: ")

    def test_names_an_order_without_a_number(self, files):
        files[0].write_text(json.dumps(ORDER))

        code, error = said(decide(files))
        assert (code, error) == (2, f"{files[0]}: /order_number: The order's number is missing.\n")

    def test_names_a_file_that_is_not_there(self, files, tmp_path):
        code, error = said(decide((tmp_path / "none.json", files[1])))

        assert code == 2
        assert "none.json: cannot be read" in error

    @pytest.mark.parametrize("moment", ["yesterday", "2026-03-30", "2026-03-30T12:00:00", "", "1"])
    def test_names_a_moment_that_is_none(self, files, moment):
        code, error = said(decide(files, as_of=moment))

        assert code == 2
        assert error.startswith("--as-of: expected a time with its zone")

    def test_names_file_and_key_of_a_bad_policy(self, files, tmp_path):
        policy = tmp_path / "bad.toml"
        policy.write_text(packaged_policy().replace("days = 30", "days = -3"))

        code, error = said(decide(files, "--policy", policy))
        assert code == 2
        assert error.startswith(f"{policy}: return_window.days: expected a whole number")

    def test_asks_for_what_is_missing(self):
        done = returns_engine("decide")

        assert done.returncode == 2
        assert b"--order" in done.stderr


class TestPolicyCommands:
    def test_show_prints_every_clause(self):
        done = returns_engine("policy", "show", "--json")

        shown = json.loads(done.stdout)
        assert done.returncode == 0
        assert shown["id"] == "ekr"
        assert {"id": "settlement", "source": "published"}.items() <= shown["clauses"][-1].items()
        assert b"Gift cards can't be returned." in returns_engine("policy", "show").stdout

    def test_check_says_whether_a_file_can_be_used(self, tmp_path):
        path = tmp_path / "mine.toml"
        path.write_text(packaged_policy())
        assert returns_engine("policy", "check", path).returncode == 0

        path.write_text(packaged_policy().replace("version = 1", "version ="))
        done = returns_engine("policy", "check", path)
        assert done.returncode == 2
        assert b"mine.toml: line 7: expected TOML" in done.stderr


class TestTheCommandItself:
    def test_lists_its_subcommands(self):
        done = returns_engine("--help")

        assert done.returncode == 0
        assert b"decide" in done.stdout

    def test_helps_with_every_subcommand(self):
        # One process for all of them: most of what a start takes is loading the same again.
        probe = (
            "from returns_engine.cli.main import COMMANDS, main\n"
            "for name in COMMANDS:\n"
            "    print('EXIT', main([name, '--help'], standalone_mode=False))"
        )
        done = subprocess.run(
            [sys.executable, "-c", probe], capture_output=True, check=False, text=True
        )

        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.count("EXIT 0\n") == done.stdout.count("EXIT") == len(COMMANDS)
        assert done.stdout.count("Usage:") == len(COMMANDS)

    def test_loads_no_subcommand_to_list_them(self):
        probe = (
            "import sys; from returns_engine.cli.main import main\n"
            "main(['--help'], standalone_mode=False)\n"
            "sys.exit(any(name.startswith('returns_engine.cli.d') for name in sys.modules))"
        )

        done = subprocess.run([sys.executable, "-c", probe], capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")

    def test_refuses_a_subcommand_it_does_not_have(self):
        assert returns_engine("refund-everything").returncode == 2


def packaged_policy():
    from importlib.resources import files as packaged  # noqa: PLC0415 - `files` is a fixture here

    return (packaged("returns_engine") / "policies" / "ekr.toml").read_text(encoding="utf-8")
