"""The policy and the help: what they say is what the policy in force says."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from returns_engine.queries.published_policies import PublishedPolicies
from returns_engine.rules.policy import Replaced
from returns_engine.web.services import Services
from tests.api.statements import every_statement
from tests.portal.conftest import NOW, Portal, Visitor
from tests.portal.test_asking import at_review

_DATA = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


async def opened(portal: Portal, path: str) -> Visitor:
    visitor = portal.visitor()
    answer = await visitor.open(path)
    assert answer.status_code == 200
    return visitor


def under(portal: Portal, **changes: Any) -> None:
    """Put another policy or setting in force."""
    services: Services = portal.app.state.services
    portal.app.state.services = replace(services, **changes)


class TestThePolicy:
    async def test_is_there_for_anybody_with_every_clause_under_its_id(self, portal: Portal):
        visitor = await opened(portal, "/policy")

        ids = re.findall(r'<li id="([a-z_.]+)"', visitor.text)
        assert sorted(ids) == sorted(portal.services.policy.clauses)
        assert "A return can be asked for until the end of the 30th day" in visitor.text
        assert "Version 1, as in force on March 30, 2026" in visitor.text

    async def test_tells_what_was_never_published(self, portal: Portal):
        visitor = await opened(portal, "/policy")

        (reading,) = re.findall(r'<li id="refund.shipping">.*?</li>', visitor.text, re.DOTALL)
        (read,) = re.findall(r'<li id="refund.time">.*?</li>', visitor.text, re.DOTALL)
        (published,) = re.findall(r'<li id="refund.notice">.*?</li>', visitor.text, re.DOTALL)
        assert "the published policy does not speak of it" in reading
        assert "in part how we read the published policy" in read
        assert "the published policy" not in published

    async def test_is_there_for_search_engines_too(self, portal: Portal):
        visitor = await opened(portal, "/policy")

        (raw,) = _DATA.findall(visitor.text)
        data = json.loads(raw)
        assert data["name"] == "EKR"
        assert data["hasMerchantReturnPolicy"]["merchantReturnDays"] == 30
        assert data["hasMerchantReturnPolicy"]["@id"] == "http://shop.test/policy"

    async def test_lets_no_name_of_a_shop_break_out_of_the_data(self, portal: Portal):
        name = "</script><script>alert(1)</script>"
        under(portal, settings=replace(portal.settings, shop_name=name))
        visitor = await opened(portal, "/policy")

        (raw,) = _DATA.findall(visitor.text)
        assert json.loads(raw)["name"] == name
        assert "alert(1)</script>" not in visitor.text

    @pytest.mark.parametrize("path", ["/policy", "/help"])
    async def test_costs_no_statement(self, portal: Portal, path: str):
        visitor = portal.visitor()
        with every_statement() as said:
            await visitor.open(path)
        assert said == []


class TestTheHelp:
    async def test_speaks_in_the_numbers_of_the_policy(self, portal: Portal):
        visitor = await opened(portal, "/help")
        for told in (
            "30 days: until the end of that day",
            "within 14 days",
            "we aim to inspect a parcel within 3 business days of its arrival",
            "within 3 to 5 business days",
            "5 to 10 business days more",
            "2 years from delivery",
            "we aim to answer within 2 business days",
            "aftersales@ekrauto.com",
        ):
            assert told in visitor.text, told

        policy = portal.services.policy
        promises = replace(policy.promises, inspection_business_days=1)
        changed = replace(policy, return_window_days=45, promises=promises)
        under(portal, policies=PublishedPolicies(changed))
        visitor = await opened(portal, "/help")
        assert "45 days: until the end of that day" in visitor.text
        assert "within one business day of its arrival" in visitor.text

    async def test_pretends_no_postage(self, portal: Portal):
        visitor = await opened(portal, "/help")
        assert "the label is no postage" in visitor.text
        assert "up to $25.00" in visitor.text

        under(portal, settings=replace(portal.settings, return_account="A1"))
        visitor = await opened(portal, "/help")
        assert "you pay nothing at the counter" in visitor.text

        label = replace(portal.services.policy.label, paid_by="customer", fee=500)
        policies = PublishedPolicies(replace(portal.services.policy, label=label))
        under(portal, policies=policies)
        visitor = await opened(portal, "/help")
        assert "You pay the postage." in visitor.text
        assert "$5.00 is taken off the refund" in visitor.text

    async def test_leads_to_clauses_that_are_there(self, portal: Portal):
        visitor = await opened(portal, "/help")

        named = set(re.findall(r'href="/policy#([a-z_.]+)"', visitor.text))
        assert len(named) > 15
        assert named <= portal.services.policy.clauses.keys()


class TestWhatWeAnswer:
    async def test_names_the_clause_behind_each_rule(self, portal: Portal):
        visitor = await portal.signed_in()
        await at_review(visitor, condition__L1="as_received")
        assert 'href="/policy#return.window"' in visitor.text

        await visitor.send("/order/send")
        assert visitor.path.startswith("/returns/")
        assert 'href="/policy#return.window"' in visitor.text

    @pytest.mark.parametrize("path", ["/", "/certificates", "/nowhere-at-all"])
    async def test_has_policy_and_help_at_its_foot(self, portal: Portal, path: str):
        visitor = portal.visitor()
        visitor.client.headers["accept"] = "text/html"
        await visitor.open(path)
        foot = visitor.text[visitor.text.index("<footer") :]
        for there in ("/policy", "/help", "/how-fast"):
            assert f'href="{there}"' in foot


class TestAnEarlierVersion:
    async def test_can_be_read_by_whom_it_still_holds_for(self, portal: Portal):
        """B-2."""
        first = portal.services.policy
        longer = replace(first.clauses["return.window"], says="A return can be asked for long.")
        second = replace(
            first,
            version=2,
            clauses={**first.clauses, "return.window": longer},
            replaces=Replaced(policy=first, since=NOW - timedelta(days=7)),
        )
        under(portal, policies=PublishedPolicies(second))

        visitor = await opened(portal, "/policy")
        assert "Version 2, as in force on March 30, 2026" in visitor.text
        assert "A return can be asked for long." in visitor.text
        assert "Before Mar 23, 2026" in visitor.text
        assert 'href="/policy?version=1"' in visitor.text

        visitor = await opened(portal, "/policy?version=1")
        assert "until the end of the 30th day" in visitor.text
        assert "This is version 1: it holds for orders placed before Mar 23, 2026" in visitor.text
        # What search engines are told is what holds for whoever buys now.
        assert _DATA.search(visitor.text) is None
        assert 'content="noindex"' in visitor.text

    @pytest.mark.parametrize("version", ["2", "0", "one", "9" * 30])
    async def test_that_never_was_is_not_found(self, portal: Portal, version: str):
        visitor = portal.visitor()
        answer = await visitor.open(f"/policy?version={version}")

        assert answer.status_code in {400, 404}
        assert "Traceback" not in answer.text
