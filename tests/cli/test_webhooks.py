"""Receivers of webhooks, as somebody at a shell keeps them."""

import json
from typing import Any

import pytest

URL = "https://erp.example.com/hooks"


def told(answer: Any) -> dict[str, Any]:
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout)


class TestAReceiver:
    def test_is_added_tested_switched_off_and_on_and_removed(self, engine):
        new = told(engine("webhooks", "add", URL, "--event", "refund.failed", "--json"))
        assert new["secret"].startswith("whsec_")
        number = str(new["endpoint"])

        (listed,) = told(engine("webhooks", "list", "--json"))["items"]
        assert (listed["url"], listed["events"], listed["state"]) == (
            URL,
            ["refund.failed"],
            "enabled",
        )
        assert "secret" not in listed
        other = told(engine("webhooks", "rotate", number, "--json"))["secret"]
        assert other != new["secret"]

        ping = told(engine("webhooks", "test", number, "--json"))
        assert engine("webhooks", "disable", number).returncode == 0
        (held,) = told(engine("webhooks", "log", "--failed", "--json"))["items"]
        assert (held["webhook"], held["type"], held["state"]) == (ping["webhook"], "ping", "held")
        assert told(engine("webhooks", "enable", number, "--json"))["held"] == 1
        since = ("resend", "--endpoint", number, "--since", "2026-01-01")
        assert told(engine("webhooks", *since, "--json"))["resent"] == 1
        (again,) = told(engine("webhooks", "log", "--endpoint", number, "--json"))["items"]
        assert again["state"] == "queued"

        assert engine("webhooks", "remove", number).returncode == 0
        assert told(engine("webhooks", "list", "--json"))["items"] == []

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("add", "http://erp.example.com/hooks"), "https://"),
            (("add", "https://10.0.0.1/hooks"), "our own network"),
            (("add", "https://kim:word@erp.example.com/"), "no log-in"),
            (("add", URL, "--event", "return.lost"), "return.lost"),
            (("add", URL, "--description", "x" * 256), "255"),
            (("test", "7"), "no such receiver"),
            (("rotate", "7"), "no such receiver"),
            (("remove", "7"), "no such receiver"),
            (("resend",), "--since"),
            (("resend", "1", "--since", "2026-01-01"), "both"),
            (("resend", "9"), "no such webhook"),
        ],
    )
    def test_that_cannot_be_is_said_and_exits_with_2(self, engine, words, said):
        answer = engine("webhooks", *words)

        assert answer.returncode == 2
        assert said in answer.stderr
