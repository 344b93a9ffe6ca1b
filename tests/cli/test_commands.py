"""The commands that work on a database, as somebody at a shell meets them."""

import json

import pytest
from psycopg import connect

from returns_engine.gateways.clock import system_clock
from returns_engine.sandbox.sample_order import SampleOrder
from returns_engine.sandbox.sample_orders import sample_orders
from returns_engine.tables.access import digest

_A_PHOTO = """
INSERT INTO photos ("order", uploaded_by, uploaded_at, sha256, media_type, width, height, bytes)
SELECT id, 'system', now(), repeat('0', 64), 'image/jpeg', 1, 1, 1 FROM orders WHERE number = %s
"""


class TestStaffAndKeys:
    def test_a_person_is_added_and_a_key_bound_to_them(self, engine):
        added = engine(
            *("staff", "add", "kim@example.com", "--name", "Kim", "--role", "finance"),
            stdin="a long password\n",
        )
        assert added.returncode == 0, added.stderr

        made = engine(
            *("api-key", "create", "--name", "books", "--scope", "refunds:approve"),
            *("--staff", "kim@example.com", "--json"),
        )
        assert made.returncode == 0, made.stderr
        assert json.loads(made.stdout)["key"].startswith("rek_")

    def test_everybody_is_listed_with_their_roles(self, engine):
        assert "Nobody was taken on yet" in engine("staff", "list").stdout
        for name in ("kim", "ada"):
            engine(
                *("staff", "add", f"{name}@example.com", "--name", name.title()),
                *("--role", "manager", "--role", "finance"),
                stdin="a long password\n",
            )
        assert engine("staff", "roles", "kim@example.com").returncode == 0

        ada, kim = json.loads(engine("staff", "list", "--json").stdout)["staff"]
        assert ada == {
            "email": "ada@example.com",
            "name": "Ada",
            "roles": ["finance", "manager"],
            "active": True,
        }
        assert (kim["email"], kim["roles"]) == ("kim@example.com", [])
        table = engine("staff", "list").stdout
        assert "finance, manager" in table
        assert "no role" in table

    def test_keys_are_listed_and_revoked_and_never_shown_again(self, engine):
        assert "no keys yet" in engine("api-key", "list").stdout
        shop = ("--name", "shop", "--scope", "orders:write", "--json")
        key = json.loads(engine("api-key", "create", *shop).stdout)["key"]

        listed = engine("api-key", "list", "--json").stdout
        (told,) = json.loads(listed)["keys"]
        assert told.pop("id") > 0
        assert told.pop("made_at").endswith("Z")
        assert told == {
            "name": "shop",
            "scopes": ["orders:write"],
            "grants": ["orders:write"],
            "person": None,
            "last_used_at": None,
            "revoked_at": None,
        }
        table = engine("api-key", "list").stdout
        assert "orders:write" in table
        assert "never" in table

        assert engine("api-key", "revoke", "shop").stdout == "Revoked: 1\n"
        again = engine("api-key", "revoke", "shop")
        assert (again.returncode, again.stdout) == (0, "Revoked before, nothing changed: shop\n")
        (gone,) = json.loads(engine("api-key", "list", "--json").stdout)["keys"]
        assert gone["grants"] == []
        assert gone["revoked_at"]
        for shown in (listed, table):
            assert key not in shown
            assert digest(key) not in shown

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("api-key", "revoke", "shop"), "No key is named shop"),
            (("api-key", "revoke", "--id", "7"), "No key has the id 7"),
            (("api-key", "revoke", "--id", "9" * 20), "range"),
            (("api-key", "revoke"), "Name the key to revoke"),
            (("api-key", "revoke", "shop", "--id", "7"), "Name the key to revoke"),
            (("api-key", "create", "--name", "x", "--scope", "refunds:approve"), "--staff"),
            (
                (
                    *("api-key", "create", "--name", "x", "--scope", "refunds:approve"),
                    *("--staff", "nobody@example.com"),
                ),
                "nobody@example.com",
            ),
            (("api-key", "create", "--name", " ", "--scope", "orders:write"), "Name the key"),
            (("staff", "add", "no-mail", "--name", "K", "--role", "finance"), "no e-mail address"),
            (("staff", "add", "k@example.com", "--name", "K", "--role", "boss"), "boss"),
            (("labels", "render", "--country", "usa"), "two letters"),
        ],
    )
    def test_wrong_input_is_said_and_exits_with_2(self, engine, words, said):
        answer = engine(*words, stdin="a long password\n")

        assert answer.returncode == 2
        assert said in answer.stderr


class TestAudit:
    def test_verifies_a_record_and_names_what_was_edited(self, engine, tmp_path, database_url):
        order = sample_orders(system_clock())[0]
        file = tmp_path / "orders.jsonl"
        file.write_text(json.dumps({**order.document, "order_number": order.number}))
        assert engine("orders", "import", str(file)).returncode == 0
        assert json.loads(engine("audit", "verify", "--json").stdout)["ok"] is True

        with connect(database_url, autocommit=True) as connection:
            connection.execute("ALTER TABLE events DISABLE TRIGGER USER")
            connection.execute("UPDATE events SET type = 'order.forged'")
        answer = engine("audit", "verify", "--json")

        assert answer.returncode == 1
        (problem,) = json.loads(answer.stdout)["problems"]
        assert problem == {
            "chain": "order:EKR-1001",
            "sequence": 1,
            "fault": "edited",
            "says": "Event 1 of order:EKR-1001 was edited: its hash is not that of its content.",
        }

    def test_keeps_an_anchor_a_day_and_verifies_against_it(self, engine, tmp_path, database_url):
        order = sample_orders(system_clock())[0]
        file = tmp_path / "orders.jsonl"
        file.write_text(json.dumps({**order.document, "order_number": order.number}))
        engine("orders", "import", str(file))
        assert "No anchors were kept here" in engine("audit", "verify").stdout

        first = json.loads(engine("audit", "anchor", "--json").stdout)
        again = json.loads(engine("audit", "anchor", "--json").stdout)
        assert (first["made"], again["made"]) == (True, False)
        assert first["file"] == again["file"]
        assert (tmp_path / ".data" / "anchor-key").stat().st_mode & 0o777 == 0o600
        verified = json.loads(engine("audit", "verify", "--json").stdout)
        assert (verified["ok"], verified["anchors"]) == (True, 1)
        assert verified["signatures_checked"] is True

        with connect(database_url, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("DELETE FROM events WHERE chain LIKE 'order:%'")
            connection.execute("DELETE FROM chain_heads WHERE chain LIKE 'order:%'")
        folder = str(tmp_path / ".data" / "anchors")
        answer = engine("audit", "verify", "--anchors", folder)
        assert answer.returncode == 1
        assert "All of order:EKR-1001 was deleted: anchor 1 of" in answer.stdout

    def test_misses_the_anchor_of_today_in_a_folder_of_others(self, engine, tmp_path):
        assert engine("audit", "anchor").returncode == 0

        elsewhere = engine("audit", "anchor", RETURNS_ENGINE_DATA_DIR="elsewhere")
        assert (elsewhere.returncode, elsewhere.stdout) == (1, "")
        assert "is not there. Are RETURNS_ENGINE_DATA_DIR" in elsewhere.stderr
        assert not (tmp_path / "elsewhere" / "anchor-key").exists()

    def test_a_key_too_short_to_sign_with_is_refused(self, engine):
        answer = engine("audit", "anchor", RETURNS_ENGINE_ANCHOR_KEY="short")

        assert answer.returncode == 2
        assert "RETURNS_ENGINE_ANCHOR_KEY" in answer.stderr


class TestAuditExport:
    def test_says_that_there_is_no_such_return(self, engine):
        answer = engine("audit", "export", "RMA-00000000")

        assert (answer.returncode, "no return RMA-00000000" in answer.stderr) == (2, True)

    def test_checks_a_file_without_a_database(self, engine, tmp_path):
        (tmp_path / "no.json").write_text("{")
        (tmp_path / "other.json").write_text("{}")
        for name in ("no.json", "other.json"):
            answer = engine(
                *("audit", "verify", "--file", name),
                RETURNS_ENGINE_DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing",
            )
            assert answer.returncode == 2
            assert f"{name}: no case that audit export wrote" in answer.stderr


@pytest.fixture
def order(engine, tmp_path) -> SampleOrder:
    """An order that was imported."""
    order = sample_orders(system_clock())[0]
    file = tmp_path / "orders.jsonl"
    file.write_text(json.dumps({**order.document, "order_number": order.number}))
    assert engine("orders", "import", str(file)).returncode == 0
    file.unlink()
    return order


class TestPrivacy:
    def test_gives_a_person_what_is_held_of_them(self, engine, order, tmp_path):
        by_phone = json.loads(engine("privacy", "export", "--phone", "+1 312 555 0123").stdout)
        (held,) = by_phone["orders"]
        assert held["order_number"] == order.number
        assert held["tables"]["order_contacts"]["rows"][0]["line1"] == "1 Main St"

        answer = engine("privacy", "export", "--email", order.email.upper(), "--to", "dana")
        assert answer.returncode == 0, answer.stderr
        written = json.loads((tmp_path / "dana" / "person.json").read_text())
        assert written["orders"] == by_phone["orders"]
        assert written["exported_at"].endswith("Z")
        for closed in ("dana", "dana/person.json"):
            assert (tmp_path / closed).stat().st_mode & 0o077 == 0

    def test_names_photos_that_are_not_where_it_looks(self, engine, order, database_url):
        with connect(database_url, autocommit=True) as connection:
            connection.execute(_A_PHOTO, [order.number])
        answer = engine("privacy", "export", "--order", order.number)

        assert answer.returncode == 1
        (missing,) = json.loads(answer.stdout)["orders"][0]["missing"]
        assert f"{order.number}: {missing}. Are RETURNS_ENGINE_DATA_DIR" in answer.stderr
        backed_up = engine("backup", "--to", "backup")
        assert (backed_up.returncode, "none lies in" in backed_up.stderr) == (0, True)

    def test_says_so_where_nothing_is_held(self, engine, tmp_path):
        answer = engine("privacy", "export", "--order", "EKR-404", "--to", "nobody")

        assert (answer.returncode, answer.stderr) == (1, "We hold no such order.\n")
        assert not (tmp_path / "nobody").exists()

    def test_erases_only_when_told_so_and_once(self, engine, order):
        whose = ("--email", order.email)
        looked = engine("privacy", "erase", *whose, "--dry-run")
        assert "would go: 1 of order_contacts" in looked.stdout
        asked = engine("privacy", "erase", *whose)
        assert (asked.returncode, "--yes" in asked.stderr) == (2, True)

        done = engine("privacy", "erase", "--order", order.number, "--yes", "--json")
        told = json.loads(done.stdout)["orders"][0]
        assert (done.returncode, told["refused"]) == (0, None)
        assert told["rows"]["order_contacts"] == 1
        again = engine("privacy", "erase", "--order", order.number, "--yes")
        assert (again.returncode, "nothing is left" in again.stdout) == (0, True)
        assert "no such order" in engine("privacy", "erase", *whose, "--yes").stdout
        assert json.loads(engine("audit", "verify", "--json").stdout)["ok"] is True

    def test_needs_to_be_told_whose(self, engine):
        for words in (("export",), ("erase", "--yes")):
            answer = engine("privacy", *words)
            assert answer.returncode == 2
            assert "--email" in answer.stderr


class TestDoctor:
    def test_lists_every_setting_even_where_some_are_missing(self, engine):
        answer = engine("doctor", "--json")

        assert answer.returncode == 1
        facts = json.loads(answer.stdout)
        assert {row["name"] for row in facts["settings"]} >= {
            "RETURNS_ENGINE_DATABASE_URL",
            "RETURNS_ENGINE_SECRET_KEY",
        }
        assert "RETURNS_ENGINE_SECRET_KEY" in facts["checks"][0]["mend"]

    def test_prints_no_secret(self, engine):
        secret = "a-secret-that-nobody-should-ever-read-anywhere"
        answer = engine("doctor", RETURNS_ENGINE_SECRET_KEY=secret)

        assert secret not in answer.stdout + answer.stderr

    def test_wrong_settings_stop_what_needs_them(self, engine):
        answer = engine("worker", RETURNS_ENGINE_MODE="demo", RETURNS_ENGINE_SMTP_PORT="no")

        assert answer.returncode == 2
        assert "RETURNS_ENGINE_SMTP_PORT" in answer.stderr


class TestMigrate:
    def test_says_that_there_is_nothing_to_do(self, engine):
        answer = engine("migrate", "--json")

        assert (answer.returncode, json.loads(answer.stdout)) == (0, {"done": []})
