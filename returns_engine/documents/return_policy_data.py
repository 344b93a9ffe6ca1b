"""The policy as search engines read it: a `MerchantReturnPolicy` in the words of schema.org.

Everything is computed from the policy in force, so that nobody types a number of it twice. Source:
https://schema.org/MerchantReturnPolicy.
"""

from babel.numbers import get_territory_currencies

from returns_engine.rules.money.money import decimal_text
from returns_engine.rules.policy import Policy

_SCHEMA = "https://schema.org/"


def home_currency(policy: Policy) -> str:
    """Return the currency of the policy's home country, as of USD for US."""
    return get_territory_currencies(policy.home_country)[0]


def return_policy_data(
    policy: Policy, *, shop_name: str, shop_url: str | None, address: str
) -> dict[str, object]:
    """Return the shop with its return policy; `address` is where the policy is to be read."""
    shop: dict[str, object] = {
        "@context": _SCHEMA.rstrip("/"),
        "@type": "OnlineStore",
        "name": shop_name,
    }
    if shop_url:
        shop["url"] = shop_url
    return shop | {"hasMerchantReturnPolicy": _terms(policy, address)}


def _terms(policy: Policy, address: str) -> dict[str, object]:
    return {
        "@type": "MerchantReturnPolicy",
        "@id": address,
        "merchantReturnLink": address,
        "identifier": f"{policy.policy_id}-{policy.version}",
        "applicableCountry": policy.home_country,
        "returnPolicyCategory": f"{_SCHEMA}MerchantReturnFiniteReturnWindow",
        "merchantReturnDays": policy.return_window_days,
        "returnMethod": f"{_SCHEMA}ReturnByMail",
        "returnLabelSource": f"{_SCHEMA}ReturnLabelDownloadAndPrint",
        "refundType": f"{_SCHEMA}FullRefund",
        **_fees(policy),
        **({"itemCondition": f"{_SCHEMA}NewCondition"} if _unused(policy) else {}),
        "additionalProperty": _exclusions(policy),
    }


def _fees(policy: Policy) -> dict[str, object]:
    """Say what a way back costs: for a change of mind, and where the fault is ours."""
    label = policy.label
    if label.paid_by == "customer":
        theirs = f"{_SCHEMA}ReturnFeesCustomerResponsibility"
        return dict.fromkeys(
            ("returnFees", "customerRemorseReturnFees", "itemDefectReturnFees"), theirs
        )
    free = f"{_SCHEMA}FreeReturn"
    remorse = f"{_SCHEMA}ReturnShippingFees" if label.fee else free
    fees: dict[str, object] = {
        "returnFees": remorse,
        "customerRemorseReturnFees": remorse,
        "itemDefectReturnFees": free,
    }
    if label.fee:
        amount = _amount(policy, label.fee)
        fees |= {
            "returnShippingFeesAmount": amount,
            "customerRemorseReturnShippingFeesAmount": amount,
        }
    if policy.refund.restocking_bps:
        # schema.org reads a plain number as percent.
        fees["restockingFee"] = policy.refund.restocking_bps / 100
    return fees


def _amount(policy: Policy, minor_units: int) -> dict[str, object]:
    currency = home_currency(policy)
    return {
        "@type": "MonetaryAmount",
        "value": decimal_text(minor_units, currency),
        "currency": currency,
    }


def _unused(policy: Policy) -> bool:
    return "unused" in policy.condition_checks


def _exclusions(policy: Policy) -> list[dict[str, str]]:
    """Name the kinds that do not come back for every reason, each by its clause's sentence."""
    return [
        {
            "@type": "PropertyValue",
            "propertyID": f"return.excluded.{kind}",
            "name": kind.value,
            "value": policy.says(f"return.excluded.{kind}"),
        }
        for kind in policy.exclusions
    ]
