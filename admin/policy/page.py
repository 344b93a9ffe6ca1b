"""The versions of the policy: which is in force, who decided on it and why, and what it changed."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from admin.signed_in import AnyRequest, staff_page, staff_with
from returns_engine.queries.published_policies import published_version, published_versions
from returns_engine.rules.words import Scope
from returns_engine.web.who import services_of
from returns_engine.workflow.refusals import NotFound

_KEEPS = staff_with(Scope.POLICIES_WRITE)
_SHOWN = 200
_LARGEST_VERSION = 10**9
_COUNTED = (("by_clause", "clause"), ("by_reason", "reason"), ("by_product", "sku"))


@get("/admin/policy", guards=[_KEEPS])
async def versions(request: AnyRequest) -> Response[str]:
    """List every version that was published, the newest first."""
    services = services_of(request)
    return staff_page(
        request,
        "policy_versions.html",
        versions=await published_versions(),
        in_force=services.policy.version,
        known=_known(request),
    )


@get("/admin/policy/{version:int}", guards=[_KEEPS])
async def one_version(request: AnyRequest, version: FromPath[int]) -> Response[str]:
    """Show what a version would have changed, as it stood when it was published."""
    row = await published_version(version) if version <= _LARGEST_VERSION else None
    if row is None:
        raise NotFound("version")
    report = row["replay"]
    return staff_page(
        request,
        "policy_version.html",
        one=row,
        report=report,
        counted=[(name, report.get(list_, ())) for list_, name in _COUNTED],
        flips=report.get("flips", ())[:_SHOWN],
        in_force=services_of(request).policy.version,
        known=_known(request),
    )


def _known(request: AnyRequest) -> set[Any]:
    """Return the versions that are or were in force, which customers can read."""
    return {policy.version for policy in services_of(request).policy.versions()}
