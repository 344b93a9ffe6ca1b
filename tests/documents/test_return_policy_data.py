"""What search engines read: in the words of schema.org, and always what the policy says."""

from dataclasses import replace
from typing import Any

from returns_engine.documents.policy_file import load_policy
from returns_engine.documents.return_policy_data import return_policy_data
from returns_engine.rules.policy import Policy

POLICY = load_policy(None)
# https://schema.org/MerchantReturnPolicy, and what it names for each of these.
PROPERTIES = {
    *("@type", "@id", "additionalProperty", "applicableCountry", "customerRemorseReturnFees"),
    *("customerRemorseReturnShippingFeesAmount", "identifier", "itemCondition"),
    *("itemDefectReturnFees", "merchantReturnDays", "merchantReturnLink", "refundType"),
    *("restockingFee", "returnFees", "returnLabelSource", "returnMethod", "returnPolicyCategory"),
    "returnShippingFeesAmount",
}


def terms(policy: Policy = POLICY) -> dict[str, Any]:
    data: dict[str, Any] = return_policy_data(
        policy, shop_name="EKR", shop_url=None, address="https://shop.test/policy"
    )
    found: dict[str, Any] = data["hasMerchantReturnPolicy"]
    assert found.keys() <= PROPERTIES
    return found


class TestThePolicyForSearchEngines:
    def test_belongs_to_the_shop(self):
        data = return_policy_data(
            POLICY,
            shop_name="EKR",
            shop_url="https://shop.test",
            address="https://shop.test/policy",
        )

        assert (data["@context"], data["@type"]) == ("https://schema.org", "OnlineStore")
        assert (data["name"], data["url"]) == ("EKR", "https://shop.test")

    def test_says_what_the_policy_says(self):
        found = terms()

        assert found["@type"] == "MerchantReturnPolicy"
        assert found["applicableCountry"] == "US"
        assert found["returnPolicyCategory"].endswith("/MerchantReturnFiniteReturnWindow")
        assert found["merchantReturnDays"] == 30
        assert found["returnMethod"].endswith("/ReturnByMail")
        assert found["refundType"].endswith("/FullRefund")
        for fees in ("returnFees", "customerRemorseReturnFees", "itemDefectReturnFees"):
            assert found[fees] == "https://schema.org/FreeReturn"

    def test_names_what_does_not_come_back_by_its_clause(self):
        named = {one["propertyID"]: one["value"] for one in terms()["additionalProperty"]}

        assert named["return.excluded.gift_card"] == "Gift cards can't be returned."
        assert len(named) == len(POLICY.exclusions)

    def test_follows_another_policy(self):
        label = replace(POLICY.label, fee=795)
        refund = replace(POLICY.refund, restocking_bps=1250)
        found = terms(replace(POLICY, return_window_days=60, label=label, refund=refund))

        assert found["merchantReturnDays"] == 60
        assert found["returnFees"].endswith("/ReturnShippingFees")
        assert found["customerRemorseReturnFees"].endswith("/ReturnShippingFees")
        assert found["itemDefectReturnFees"].endswith("/FreeReturn")
        assert found["returnShippingFeesAmount"] == {
            "@type": "MonetaryAmount",
            "value": "7.95",
            "currency": "USD",
        }
        assert found["restockingFee"] == 12.5

    def test_calls_nothing_free_that_the_customer_pays(self):
        found = terms(replace(POLICY, label=replace(POLICY.label, paid_by="customer")))

        for fees in ("returnFees", "customerRemorseReturnFees", "itemDefectReturnFees"):
            assert found[fees].endswith("/ReturnFeesCustomerResponsibility")
