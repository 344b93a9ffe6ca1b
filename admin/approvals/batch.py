"""Several plain refunds at once: choose them, see count and sum, approve them one by one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Response, get, post

from admin.approvals.look_words import LOOK_AT
from admin.forms import id_of, sent_form
from admin.signed_in import AnyRequest, caller_on, staff_page, staff_with
from returns_engine.queries.batch import Candidate, candidates_of, waiting_candidates
from returns_engine.rules.batch import alike, what_to_look_at
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import Scope
from returns_engine.web.problems import status_of
from returns_engine.web.who import services_of
from returns_engine.workflow.approve_batch import (
    MOST,
    BatchOutcome,
    Chosen,
    approve_batch,
    not_alike,
)
from returns_engine.workflow.refusals import Unprocessable

_DECIDES = staff_with(Scope.REFUNDS_APPROVE)
_LOOKED_AT = 200
_PARTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Proposals that are alike and want no look of their own; `total` in minor units."""

    refunds: Sequence[Candidate]

    @property
    def total(self) -> int:
        """Return what they come to."""
        return sum(one.proposal.proposed for one in self.refunds)

    @property
    def currency(self) -> str:
        """Return their currency."""
        return self.refunds[0].proposal.currency

    @property
    def kind(self) -> str:
        """Return the kind of their returns."""
        return self.refunds[0].proposal.kind


async def read_groups(*, person: int | None, policy: Policy) -> list[Group]:
    """Return what `person` may approve together, by one statement; the largest group first."""
    waiting = await waiting_candidates(person=person, policy=policy, limit=_LOOKED_AT)
    groups: dict[str, list[Candidate]] = defaultdict(list)
    for one in waiting:
        if not one.not_theirs and not what_to_look_at(one.proposal, policy.approval):
            groups[one.proposal.group].append(one)
    found = [Group(refunds=refunds[:MOST]) for refunds in groups.values() if len(refunds) > 1]
    return sorted(found, key=lambda group: -len(group.refunds))


@get("/admin/approvals/batch", guards=[_DECIDES])
async def batch(request: AnyRequest) -> Response[str]:
    """Name count and sum of what was chosen, before anything is approved."""
    chosen = [id_of(one, "refund") for one in request.query_params.getall("refund", [])]
    return await _show(request, await _still_plain(request, chosen[:MOST]), left_out=len(chosen))


@post("/admin/approvals/batch", guards=[_DECIDES], status_code=200)
async def approve_chosen(request: AnyRequest) -> Response[Any]:
    """Approve each by itself, and tell what became of each."""
    form, services, caller = await sent_form(request), services_of(request), caller_on(request)
    chosen = [_chosen(text) for text in form.texts("refund")]
    known = await candidates_of(
        [one.refund_id for one in chosen], person=caller.actor.person, policy=services.policy
    )
    try:
        results = await approve_batch(
            chosen, policy=services.policy, actor=caller.actor, now=services.clock()
        )
    except Unprocessable as error:
        return await _show(
            request, await _still_plain(request, [one.refund_id for one in chosen]), error=error
        )
    approved = [one for one in results if one.outcome is BatchOutcome.APPROVED]
    return staff_page(
        request,
        "batch_done.html",
        results=results,
        look_words=LOOK_AT,
        known=known,
        approved=len(approved),
        total=sum(one.amount for one in approved),
        currency=next((one.proposal.currency for one in known.values()), ""),
    )


async def _still_plain(request: AnyRequest, chosen: Sequence[UUID]) -> list[Candidate]:
    """Return those of `chosen` that may still go together, in their order."""
    services, person = services_of(request), caller_on(request).actor.person
    known = await candidates_of(chosen, person=person, policy=services.policy)
    terms = services.policy.approval
    return [
        known[one]
        for one in dict.fromkeys(chosen)
        if one in known
        and known[one].row["state"] == "proposed"
        and not known[one].not_theirs
        and not what_to_look_at(known[one].proposal, terms)
    ]


async def _show(
    request: AnyRequest,
    refunds: Sequence[Candidate],
    *,
    left_out: int = 0,
    error: Unprocessable | None = None,
) -> Response[str]:
    mixed = not alike(one.proposal for one in refunds)
    if mixed:
        # Dollars and yen have no sum, and approving them together would be refused.
        refunds, left_out, error = [], 0, error or not_alike()
    return staff_page(
        request,
        "batch.html",
        mixed=mixed,
        status=status_of(error) if error else 200,
        group=Group(refunds=refunds) if refunds else None,
        left_out=max(0, left_out - len(refunds)),
        says=str(error) if error else "",
        now=services_of(request).clock(),
    )


def _chosen(text: str) -> Chosen:
    """Read `id:amount:version`, as the page wrote it; raises NotFound for anything else."""
    parts = text.split(":")
    numbers = [int(one) for one in parts[1:] if one.isascii() and one.isdigit() and len(one) < 16]  # noqa: PLR2004 - fits a bigint
    refund_id = id_of(parts[0] if len(numbers) == _PARTS - 1 else "", "refund")
    return Chosen(refund_id=refund_id, amount=numbers[0], version=numbers[1])
