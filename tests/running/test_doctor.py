"""`doctor` says of each thing how it is, and one that is ill keeps it from none of the others."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from returns_engine.cli.checkup.database import check_database
from returns_engine.cli.checkup.outside import check_payments
from returns_engine.cli.doctor import CHECKS
from returns_engine.documents.policy_file import policy_text
from returns_engine.sandbox.server import Sandbox, running_sandbox
from returns_engine.settings import Settings
from tests.conftest import at_database, run_sql
from tests.running.processes import Machine, machine, until

SECRET = "a-password-that-nobody-should-ever-read"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with running_sandbox() as running:
        yield running


@pytest.fixture
def shop(database_url: str, tmp_path: Path, sandbox: Sandbox) -> Machine:
    """A machine on which all is set, and no worker is at work yet."""
    return machine(
        database_url,
        tmp_path,
        RETURNS_ENGINE_STRIPE_KEY=sandbox.api_key,
        RETURNS_ENGINE_STRIPE_ADDRESS=sandbox.address,
        RETURNS_ENGINE_SMTP_HOST=sandbox.host,
        RETURNS_ENGINE_SMTP_PORT=str(sandbox.smtp_port),
        RETURNS_ENGINE_SMTP_SECURITY="none",
    )


def looked(shop: Machine, **more: str) -> tuple[int, dict[str, Any]]:
    """Return the exit status, and each check by what was looked at."""
    done = shop.run("doctor", "--json", **more)
    assert SECRET not in done.stdout + done.stderr
    assert done.stdout, done.stderr
    return done.returncode, {one["what"]: one for one in json.loads(done.stdout)["checks"]}


class TestAShopThatIsWell:
    def test_is_told_so_and_what_to_think_about(self, shop: Machine):
        (shop.folder / ".env").touch(mode=0o644)
        shop.rows(
            "INSERT INTO migration (name, app_name) VALUES ('9999', 'returns_engine') RETURNING 1"
        )
        status, checks = looked(shop, RETURNS_ENGINE_WEB_PROCESSES="90")

        assert status == 0
        warned = {what: one["mend"] for what, one in checks.items() if one["level"] != "ok"}
        assert set(warned) == {
            *("database", "connections", "worker", "warehouses", "settings file"),
        }
        assert "newer" in warned["database"]
        assert "90 web processes" in warned["connections"]
        assert "returns-engine worker" in warned["worker"]
        assert "chmod 600" in warned["settings file"]
        assert list(checks) == list(CHECKS)

        with shop.process("worker"):
            until(lambda: shop.rows("SELECT 1 FROM procrastinate_workers"))
            assert looked(shop)[1]["worker"]["level"] == "ok"


class TestProductionWithoutADatabase:
    def test_is_told_that_the_one_that_comes_along_is_for_trying_out(self):
        settings = Settings.from_environment(
            {"RETURNS_ENGINE_MODE": "production", "RETURNS_ENGINE_SECRET_KEY": "x" * 40}, None
        )
        assert "for trying things out" in str(check_database(settings))


class TestAPolicyFile:
    def test_that_is_none_of_those_published_is_told_of(self, shop: Machine):
        for version in (2, 3):
            text = policy_text(None).replace("version = 1\n", f"version = {version}\n", 1)
            (shop.folder / f"{version}.toml").write_text(text)
        assert shop.run("policy", "publish", "2.toml").returncode == 0

        assert looked(shop)[1]["published policy"]["level"] == "ok"
        for version, level in (("2", "ok"), ("3", "warn")):
            _, checks = looked(shop, RETURNS_ENGINE_POLICY=f"{version}.toml")
            assert checks["published policy"]["level"] == level


class TestWarehouses:
    def test_are_asked_for_until_one_takes_returns(self, shop: Machine):
        assert "add one at /admin/data/" in looked(shop)[1]["warehouses"]["mend"]

        shop.rows(
            "INSERT INTO warehouses (code, name, line1, city, postal_code, country)"
            " VALUES ('MAIN', 'Returns', '1 Dock Rd', 'Reno', '89501', 'US') RETURNING 1"
        )
        assert looked(shop)[1]["warehouses"]["level"] == "ok"


class TestADatabaseWithoutTables:
    def test_is_told_of_in_words(self, postgres: str, tmp_path: Path):
        with machine_without_tables(postgres, tmp_path) as shop:
            _, checks = looked(shop)

        for what in ("jobs", "worker", "warehouses"):
            assert checks[what]["mend"].endswith("is not there; run returns-engine migrate.")


class TestAShopThatIsIll:
    def test_hears_of_everything_at_once(self, shop: Machine):
        shop.rows(
            "DELETE FROM migration WHERE name = (SELECT max(name) FROM migration) RETURNING 1"
        )
        (shop.folder / "policy.toml").write_text("[returns]\n")
        (shop.folder / "a file").touch()
        with silent_server() as port:
            status, checks = looked(
                shop,
                RETURNS_ENGINE_POLICY="policy.toml",
                RETURNS_ENGINE_ANCHOR_DIR=str(shop.folder / "a file" / "anchors"),
                RETURNS_ENGINE_STRIPE_KEY="rk_test_without_read_disputes",
                RETURNS_ENGINE_SMTP_PORT=str(port),
                RETURNS_ENGINE_SMTP_USER="shop",
                RETURNS_ENGINE_SMTP_PASSWORD=SECRET,
                RETURNS_ENGINE_DATABSE_URL="x",
            )

        assert status == 1
        failed = {what: one["mend"] for what, one in checks.items() if one["level"] == "fail"}
        assert set(failed) == {
            *("database", "payments", "mail", "anchors", "policy"),
            "RETURNS_ENGINE_DATABSE_URL",
        }
        assert failed["database"] == "1 changes are missing: run returns-engine migrate."
        assert failed["payments"] == "The key may not read disputes: give it that at Stripe."
        assert checks["labels"]["level"] == checks["clock"]["level"] == "ok"

    def test_whose_database_is_away_hears_it_of_what_is_in_it(self, shop: Machine):
        away = f"postgresql://shop:{SECRET}@127.0.0.1:1/nothing"
        status, checks = looked(shop, RETURNS_ENGINE_DATABASE_URL=away)

        assert status == 1
        failed = {what for what, one in checks.items() if one["level"] == "fail"}
        of_the_database = {"database", "clock", "connections", "jobs", "worker", "warehouses"}
        assert failed == {*of_the_database, "published policy"}

    def test_that_cannot_use_the_folder_of_anchors_hears_which_and_what_to_do(self, shop: Machine):
        folder = shop.folder / ("long" * 100)
        _, checks = looked(shop, RETURNS_ENGINE_ANCHOR_DIR=str(folder))

        mend = checks["anchors"]["mend"]
        assert mend.startswith(
            f"The folder of anchors {folder} cannot be used (File name too long)"
        )
        assert "set RETURNS_ENGINE_ANCHOR_DIR" in mend

    def test_that_reaches_neither_mail_nor_payments_hears_where_it_looked(self, shop: Machine):
        _, checks = looked(
            shop,
            RETURNS_ENGINE_SMTP_PORT="9",
            RETURNS_ENGINE_STRIPE_ADDRESS="http://127.0.0.1:9",
        )

        mail, payments = checks["mail"]["mend"], checks["payments"]["mend"]
        assert "127.0.0.1:9" in mail
        assert "RETURNS_ENGINE_SMTP_HOST" in mail
        assert payments.startswith("http://127.0.0.1:9 does not answer")
        assert "RETURNS_ENGINE_STRIPE_ADDRESS" in payments


class TestASettingThatIsWrong:
    """It is named, and keeps the doctor from what needs it, and from nothing else."""

    def test_that_is_missing_keeps_nothing_from_being_looked_at(self, shop: Machine):
        status, checks = looked(
            shop,
            RETURNS_ENGINE_MODE="production",
            RETURNS_ENGINE_SECRET_KEY="",
            RETURNS_ENGINE_STRIPE_ADDRESS="",
            RETURNS_ENGINE_STRIPE_KEY="",
        )

        assert status == 1
        assert checks["settings"]["mend"].startswith("RETURNS_ENGINE_SECRET_KEY is not set")
        assert {"database", "mail", "photos", "labels"} <= well(checks)

    def test_that_cannot_be_read_leaves_its_own_check_alone(self, shop: Machine):
        status, checks = looked(shop, RETURNS_ENGINE_SMTP_PORT="many")

        assert status == 1
        assert list(checks) == ["settings", *CHECKS]
        assert checks["mail"]["level"] == "fail"
        assert "it needs RETURNS_ENGINE_SMTP_PORT; mend that first" in checks["mail"]["mend"]
        assert set(CHECKS) - well(checks) == {"mail", "worker", "warehouses"}

    def test_of_the_database_leaves_what_is_in_it(self, shop: Machine):
        _, checks = looked(shop, RETURNS_ENGINE_DATABASE_URL=f"mysql://shop:{SECRET}@127.0.0.1/x")

        of_the_database = {"database", "clock", "connections", "jobs", "worker", "warehouses"}
        assert set(CHECKS) - well(checks) == {*of_the_database, "published policy"}
        assert all("RETURNS_ENGINE_DATABASE_URL" in checks[one]["mend"] for one in of_the_database)

    def test_of_the_mail_servers_log_in_shows_after_whether_it_answers(self, shop: Machine):
        _, answers = looked(shop, RETURNS_ENGINE_SMTP_USER="shop")
        _, away = looked(shop, RETURNS_ENGINE_SMTP_USER="shop", RETURNS_ENGINE_SMTP_PORT="9")

        assert "it needs RETURNS_ENGINE_SMTP_PASSWORD" in answers["mail"]["mend"]
        assert "127.0.0.1:9" in away["mail"]["mend"]

    def test_keeps_a_key_from_where_it_must_not_go(self, shop: Machine):
        for wrong in (
            {"RETURNS_ENGINE_MODE": "production"},
            {"RETURNS_ENGINE_MODE": "test", "RETURNS_ENGINE_STRIPE_KEY": "rk_live_of_the_shop"},
            {"RETURNS_ENGINE_MODE": "dmo", "RETURNS_ENGINE_STRIPE_KEY": "rk_live_of_the_shop"},
        ):
            _, checks = looked(shop, **wrong)

            assert checks["payments"]["mend"].startswith("Not looked at: it needs RETURNS_ENGINE_")


class TestARestrictedKey:
    def test_may_lack_nothing_that_the_engine_does_with_it(self, sandbox: Sandbox, tmp_path: Path):
        for lacks, told in (
            ("read_refunds", "read refunds and charges, make refunds"),
            ("read_payment_intents", "read payment intents"),
            ("read_disputes", "read disputes"),
            ("write_refunds", "make refunds"),
        ):
            settings = with_key(f"rk_test_without_{lacks}", sandbox, tmp_path)
            with pytest.raises(ValueError, match=f"may not {told}: give it that at Stripe"):
                check_payments(settings)

        assert check_payments(with_key("rk_test_of_the_engine", sandbox, tmp_path)) is None

    def test_is_tried_without_making_anything(self, sandbox: Sandbox, tmp_path: Path):
        check_payments(with_key(sandbox.api_key, sandbox, tmp_path))

        with httpx.Client(base_url=sandbox.address, auth=(sandbox.api_key, "")) as client:
            for kind in ("refunds", "events"):
                assert client.get(f"/v1/{kind}").json()["data"] == []


def well(checks: dict[str, Any]) -> set[str]:
    """What was looked at and is ok."""
    return {what for what, one in checks.items() if one["level"] == "ok"}


def with_key(key: str, sandbox: Sandbox, folder: Path) -> Settings:
    environ = {
        "RETURNS_ENGINE_MODE": "test",
        "RETURNS_ENGINE_DATA_DIR": str(folder),
        "RETURNS_ENGINE_SECRET_KEY": "s" * 40,
        "RETURNS_ENGINE_STRIPE_KEY": key,
        "RETURNS_ENGINE_STRIPE_ADDRESS": sandbox.address,
    }
    return Settings.from_environment(environ, None)


@contextmanager
def machine_without_tables(postgres: str, folder: Path) -> Iterator[Machine]:
    name = f"test_bare_{os.getpid()}"
    run_sql(postgres, f"CREATE DATABASE {name}")
    try:
        yield machine(at_database(postgres, name), folder)
    finally:
        run_sql(postgres, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def silent_server() -> Iterator[int]:
    """A mail server that takes calls and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]
