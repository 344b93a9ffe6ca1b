"""Settings: where they come from, and what is refused."""

from pathlib import Path

import pytest

from returns_engine.settings import (
    SETTINGS,
    SettingError,
    Settings,
    read_setting,
    unknown_variables,
)

SECRET = "k" * 40


def read(env_file: Path | None = None, /, **variables: str) -> Settings:
    environ = {f"RETURNS_ENGINE_{name.upper()}": text for name, text in variables.items()}
    return Settings.from_environment(environ, env_file)


class TestWhereASettingComesFrom:
    def test_the_environment_wins_over_the_file(self, tmp_path):
        file = tmp_path / ".env"
        file.write_text(
            "RETURNS_ENGINE_MODE=test\nRETURNS_ENGINE_PORT=1\nRETURNS_ENGINE_HOST=::1\n"
        )

        settings = read(file, port="9000")

        assert (settings.port, settings.source_of("port")) == (9000, "environment")
        assert (settings.host, settings.source_of("host")) == ("::1", ".env")
        assert (settings.shop_name, settings.source_of("shop_name")) == ("EKR", "default")
        assert (settings.policy, settings.source_of("policy")) == (None, "not set")

    def test_a_file_that_is_not_there_is_no_mistake(self, tmp_path):
        assert read(tmp_path / ".env", mode="demo").mode == "demo"

    def test_an_empty_value_in_the_environment_unsets_that_of_the_file(self, tmp_path):
        file = tmp_path / ".env"
        file.write_text("RETURNS_ENGINE_DATABASE_URL=postgresql://elsewhere/db\n")

        assert read(file, mode="test", database_url="").database_url is None

    def test_a_dollar_sign_in_a_password_stays_one(self, tmp_path):
        file = tmp_path / ".env"
        file.write_text("RETURNS_ENGINE_SMTP_PASSWORD='pa${HOME}$x'\n")

        assert read(file, mode="test").smtp_password == "pa${HOME}$x"

    def test_one_setting_can_be_read_without_the_others(self):
        environ = {"RETURNS_ENGINE_POLICY": "/etc/policy.toml"}

        assert read_setting("policy", environ, None) == Path("/etc/policy.toml")

    def test_a_misspelled_name_is_found(self):
        environ = {"RETURNS_ENGINE_DATABSE_URL": "x", "RETURNS_ENGINE_PORT": "1", "HOME": "/"}

        assert unknown_variables(environ, None) == ["RETURNS_ENGINE_DATABSE_URL"]

    def test_a_carrier_is_known_in_any_letter_case(self):
        assert read(mode="test", return_carrier="FedEx").return_carrier == "fedex"
        assert read(mode="test").return_carrier == "ups"


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("name", "text", "expected"),
        [
            ("port", "http", "a port from 1 to 65535; 'http' is not"),
            ("port", "65536", "a port from 1 to 65535"),
            ("photo_dir", "~nobody-of-ours/photos", "of somebody who is here"),
            ("mode", "prod", "one of production, demo, test"),
            ("database_url", "mysql://x", "begins with postgresql://"),
            ("public_url", "returns.example.com", "begins with http:// or https://"),
            ("public_url", "http://host:port", "begins with http:// or https://"),
            ("public_url", "https://shop.example/returns?a=b", "with a path of plain letters"),
            ("public_url", "https://shop.example/a//b", "with a path of plain letters"),
            ("item_url", "https://shop.example/covers", "an address with {sku} in it once"),
            ("item_url", "https://{sku}.shop.example/", "behind its host"),
            ("item_url", "https://shop.example/{sku}/{color}", "no other braces"),
            ("item_url", "shop.example/{sku}", "begins with http:// or https://"),
            ("pictures_from", "https://cdn.shop.example/a", "hosts such as https://cdn.shop"),
            ("pictures_from", "cdn.shop.example", "begins with http:// or https://"),
            ("pictures_from", "https://cdn.shop.example;x", "hosts such as https://cdn.shop"),
            ("mail_from", "aftersales", "a mail address"),
            ("lookup_limit_contact", "0", "a whole number from 1 up"),
            ("lookup_limit_contact", "1.5", "a whole number from 1 up"),
            ("retention_days", "some", "a whole number of days from 1 up to 36,500, or never"),
            ("retention_days", "99999999999999", "up to 36,500, or never"),
            ("anchor_key", "short", "32 characters or more; what it holds is not"),
            ("smtp_security", "ssl", "one of none, starttls, tls"),
            ("return_carrier", "pigeon", "one of ups, usps, fedex, dhl (for another add it to"),
            ("return_carrier", "pigeon", "docs/policy.md); 'pigeon' is not."),
            ("log_level", "loud", "one of debug, info, warning, error"),
            ("secret_key", "short", "32 characters or more; what it holds is not"),
            ("stripe_key", "pk_live_abc", "begins with sk_ or rk_; what it holds is not"),
            ("stripe_key", "whsec_abc", "a secret or restricted key"),
        ],
    )
    def test_a_wrong_value_is_named_with_what_was_expected(self, name, text, expected):
        with pytest.raises(SettingError) as refused:
            read(**{"mode": "test", name: text})

        assert f"RETURNS_ENGINE_{name.upper()} (environment)" in str(refused.value)
        assert expected in str(refused.value)

    def test_all_that_is_wrong_is_named_at_once(self):
        with pytest.raises(SettingError) as refused:
            read(mode="test", port="x", smtp_port="y")

        assert len(refused.value.problems) == 2

    def test_production_does_not_start_without_a_secret_key(self):
        with pytest.raises(SettingError, match=r"RETURNS_ENGINE_SECRET_KEY is not set.*\.env"):
            read()

    @pytest.mark.parametrize(
        "address",
        [
            "http://api.stripe.com",
            "https://stripe.com.example",
            "https://api.stripe.com@127.0.0.1",
            "http://127.0.0.1:9",
        ],
    )
    def test_production_pays_at_stripe_or_nowhere(self, address):
        with pytest.raises(SettingError, match="RETURNS_ENGINE_STRIPE_ADDRESS"):
            read(secret_key=SECRET, stripe_address=address)

    def test_production_may_name_stripe_itself(self):
        settings = read(secret_key=SECRET, stripe_address="https://api.stripe.com/")

        assert settings.stripe_address == "https://api.stripe.com"

    @pytest.mark.parametrize("mode", ["demo", "test"])
    @pytest.mark.parametrize("key", ["sk_live_abc", "rk_live_abc", "sk_org_live_abc"])
    def test_demo_and_test_refuse_live_keys_without_repeating_them(self, mode, key):
        with pytest.raises(
            SettingError, match="RETURNS_ENGINE_STRIPE_KEY is a live key"
        ) as refused:
            read(mode=mode, stripe_key=key)

        assert key not in str(refused.value)

    def test_production_has_no_other_clock(self):
        with pytest.raises(SettingError, match="RETURNS_ENGINE_CLOCK_FILE"):
            read(secret_key=SECRET, clock_file="/tmp/clock")  # noqa: S108 - never opened

    def test_stripe_in_production_needs_its_webhook_secret(self):
        with pytest.raises(SettingError, match="RETURNS_ENGINE_STRIPE_WEBHOOK_SECRET is not set"):
            read(secret_key=SECRET, stripe_key="sk_live_abc")

    def test_two_webhook_secrets_are_good_while_one_replaces_the_other(self):
        settings = read(mode="test", stripe_webhook_secret="whsec_old, whsec_new")

        assert settings.stripe_webhook_secret == ("whsec_old", "whsec_new")

    @pytest.mark.parametrize("text", ["whsec_a,", ",", "a,b,c", "whsec_a,whsec_a"])
    def test_a_webhook_secret_is_never_empty_nor_doubled_nor_shown(self, text):
        with pytest.raises(SettingError, match="RETURNS_ENGINE_STRIPE_WEBHOOK_SECRET") as refused:
            read(mode="test", stripe_webhook_secret=text)

        assert "whsec_a" not in str(refused.value)

    @pytest.mark.parametrize(
        ("text", "shown"), [("whsec_a", "********"), ("whsec_a,whsec_b", "********, ********")]
    )
    def test_how_many_webhook_secrets_there_are_can_be_seen(self, text, shown):
        rows = {
            row.name: row.value for row in read(mode="test", stripe_webhook_secret=text).describe()
        }

        assert rows["RETURNS_ENGINE_STRIPE_WEBHOOK_SECRET"] == shown

    def test_a_part_of_the_program_names_what_it_cannot_do_without(self):
        with pytest.raises(SettingError, match="RETURNS_ENGINE_SMTP_HOST is not set"):
            read(secret_key=SECRET).require("smtp_host", "secret_key")


class TestWhatIsShown:
    def test_each_setting_is_listed(self):
        assert [row.name for row in read(mode="test").describe()] == [
            f"RETURNS_ENGINE_{name.upper()}" for name in SETTINGS
        ]

    def test_no_secret_is_ever_shown(self):
        settings = read(
            secret_key=SECRET,
            stripe_key="sk_live_hidden",
            stripe_webhook_secret="whsec_hidden",
            smtp_user="us",
            smtp_password="hidden",
            database_url="postgresql://us:hidden@host/db?sslpassword=hidden",
        )

        shown = repr(settings) + str(settings) + str(settings.describe())

        assert "hidden" not in shown
        assert SECRET not in shown
        assert "postgresql://us:********@host/db" in shown

    @pytest.mark.parametrize(
        "address",
        [
            "postgres:us:hidden@host/db",
            "postgresql://us:hidden%zz@host/db",
            "postgresql://us:pass@hidden@host/db",
            "postgresql://us:hidden1/x9@host/db",
            "postgresql://us:hidden#1@host/db",
            "postgresql://us:12?hidden@host/db",
            "postgresql://us:[hidden@host/db",
            "postgresql://us@host:hidden/db",
        ],
    )
    def test_a_wrong_database_address_does_not_give_its_password_away(self, address: str):
        with pytest.raises(SettingError) as refused:
            read(mode="test", database_url=address)

        assert "hidden" not in str(refused.value)
        assert "postgresql://" in str(refused.value)

    @pytest.mark.parametrize(
        "address",
        [
            "postgresql://us:p%40ss%2F%23%25@host:5432/db?sslmode=require",
            "postgresql:///db?host=/run/postgresql",
            "postgresql://us@/db?host=/tmp/a b",
            "postgres://us@[::1]:5432/db",
            "postgresql://us@one:5432,two:5433/db",
            "postgresql://host",
        ],
    )
    def test_every_form_of_a_right_address_is_taken(self, address: str):
        assert read(mode="test", database_url=address).database_url == address


class TestDemoAndTest:
    def test_make_a_secret_key_of_their_own(self):
        settings = read(mode="demo")

        assert len(settings.secret_key) >= 32
        assert settings.source_of("secret_key") == "generated"

    def test_photos_are_kept_in_the_data_folder(self):
        assert read(mode="test", data_dir="/srv/d").photos == Path("/srv/d/photos")

    def test_anchors_are_kept_there_too_unless_a_folder_is_named(self):
        assert read(mode="test", data_dir="/srv/d").anchors == Path("/srv/d/anchors")
        assert read(mode="test", anchor_dir="/mnt/a").anchors == Path("/mnt/a")

    def test_persons_are_kept_for_three_years_unless_told_otherwise(self):
        assert read(mode="test").retention_days == 1095
        assert read(mode="test", retention_days="never").retention_days is None
