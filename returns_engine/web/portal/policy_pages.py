"""The policy to read and to print, and how to send something back: both from the clauses in force.

Nothing here asks the database: what is said comes from the policy and the settings alone.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery

from returns_engine.documents.return_policy_data import home_currency, return_policy_data
from returns_engine.rules.policy import CONDITION_CHECKS, Policy
from returns_engine.rules.policy_subjects import Subject, chapters
from returns_engine.texts.words import mark
from returns_engine.web.pages import page
from returns_engine.web.portal.session import AnyRequest
from returns_engine.web.services import Services
from returns_engine.web.who import services_of

SUBJECTS: Mapping[Subject, str] = {
    Subject.WHAT: mark("What can come back, and until when"),
    Subject.CONDITION: mark("How it has to come back"),
    Subject.SENDING: mark("Sending it"),
    Subject.FAULT: mark("When the fault is ours"),
    Subject.WARRANTY: mark("The warranty"),
    Subject.CHANGES: mark("Canceling, and what we cannot deliver"),
    Subject.MONEY: mark("Your money, or something else for it"),
    Subject.ANSWERS: mark("What our answers rest on besides"),
}
_OF_A_CHECK = dict(
    zip(
        CONDITION_CHECKS,
        (
            "return.condition",
            "return.condition.unused",
            "return.condition.tags",
            "return.condition.packaging",
        ),
        strict=True,
    )
)


@get("/policy")
async def policy_page(request: AnyRequest, version: FromQuery[int | None] = None) -> Response[str]:
    """Show every clause in force under its id, and the same policy for search engines.

    Orders keep the version they were placed under (B-2), so that those before can be read too;
    raises NotFoundException for one that never was in force.
    """
    services = services_of(request)
    current = services.policy
    shown = current if version is None else _version(current, version)
    return page(
        request,
        "portal/policy.html",
        chapters=[(SUBJECTS[one.subject], one) for one in chapters(shown)],
        version=shown.version,
        today=services.clock(),
        since=shown.replaces.since if shown.replaces else None,
        until=_until(current, shown),
        earlier=[one.version for one in shown.versions()][1:],
        data=_for_search_engines(services) if shown is current else None,
    )


def _version(current: Policy, version: int) -> Policy:
    found = next((one for one in current.versions() if one.version == version), None)
    if found is None:
        raise NotFoundException
    return found


def _until(current: Policy, shown: Policy) -> datetime | None:
    """Return when the next version took the place of the one that is shown."""
    return next(
        (
            one.replaces.since
            for one in current.versions()
            if one.replaces and one.replaces.policy is shown
        ),
        None,
    )


def _for_search_engines(services: Services) -> dict[str, Any]:
    settings = services.settings
    return return_policy_data(
        services.policy,
        shop_name=settings.shop_name,
        shop_url=settings.shop_url,
        address=f"{settings.public_url.rstrip('/')}/policy",
    )


@get("/help")
async def help_page(request: AnyRequest) -> Response[str]:
    """Show step by step how something is sent back, and answer what is asked most."""
    services = services_of(request)
    return page(
        request,
        "portal/help.html",
        policy=services.policy,
        clauses=services.policy.clauses,
        postage=_postage(services.policy, has_account=bool(services.settings.return_account)),
        currency=home_currency(services.policy),
        excluded=_excluded(services.policy),
        checks=[_OF_A_CHECK[check] for check in services.policy.condition_checks],
    )


def _postage(policy: Policy, *, has_account: bool) -> str:
    """Say who pays at the counter: nobody, the customer for good, or the customer until refunded.

    Without an account at a carrier a label of ours is no postage, whatever the policy promises.
    """
    if policy.label.paid_by == "customer":
        return "theirs"
    return "ours" if has_account else "refunded"


def _excluded(policy: Policy) -> list[Any]:
    return [policy.clauses[f"return.excluded.{kind}"] for kind in policy.exclusions]
