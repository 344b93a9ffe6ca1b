"""What a person decides about a request, and what the customer answers or takes back."""

from collections.abc import Sequence
from datetime import datetime

from returns_engine.gateways.job_queue.jobs import Job
from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.actions import Action
from returns_engine.rules.lifecycle.appeal import Against
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.lifecycle.permission import PermissionEvent, PermissionState
from returns_engine.rules.policy import Policy
from returns_engine.rules.words import ActorKind, ReturnKind
from returns_engine.tables.engine import transaction
from returns_engine.workflow.call_off_label_mails import call_off_label_mails
from returns_engine.workflow.hear_appeal import (
    dismiss_appeal,
    load_for_review,
    uphold_appeal,
)
from returns_engine.workflow.known_photos import require_photos
from returns_engine.workflow.order_file import OrderFile
from returns_engine.workflow.parcel_file import PARCEL_IS_HERE, parcel_is_here
from returns_engine.workflow.propose_refund import propose_refund
from returns_engine.workflow.record_events import NewEvent
from returns_engine.workflow.refusals import Conflict
from returns_engine.workflow.require_unshipped import require_unshipped
from returns_engine.workflow.return_case import ReturnCase, load_case, save_case
from returns_engine.workflow.set_rules_aside import set_aside_by_approval


async def approve_return(
    number: str,
    *,
    policy: Policy,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Approve a return that was looked at, or let an appeal be right; its label follows by a job.

    Rules that failed count as set aside by whoever approves. Raises SamePerson where an appeal is
    open against what the actor refused, Conflict `customer_chooses` while a choice about it is
    open.
    """
    async with transaction():
        case = await load_for_review(number, actor=actor, expected_version=expected_version)
        _leave_the_choice(case)
        case.require(Action.APPROVE)
        appeal_open = case.facts().appeal_open
        if not appeal_open or Against.DECLINED in case.appeal.against:
            await set_aside_by_approval(case)
        if not appeal_open:
            case.permit(PermissionEvent.APPROVE, NewEvent(type="return.approved"))
            await open_the_way(case, now, policy=policy)
            if case.kind == ReturnKind.RETURN and not case.goods_expected:
                case.tell("item_kept", {}, now)
            elif not case.goods_expected:
                case.tell("request_accepted", {}, now)
        elif await uphold_appeal(case, actor=actor, now=now):
            case.jobs.append(label_job(case.number))
        elif Against.DECLINED in case.appeal.against:
            await open_the_way(case, now, policy=policy)
        await save_case(case, actor=actor, now=now)


async def open_the_way(
    case: ReturnCase, now: datetime, *, policy: Policy, order: OrderFile | None = None
) -> None:
    """Do what follows an approval: a label for what is to come back, a proposal for what is not.

    `order` is the locked order, where the caller holds it already.
    """
    case.values["approved_at"] = now
    if case.goods_expected:
        case.jobs.append(label_job(case.number))
    held = await require_unshipped(case, order)
    await propose_refund(case, policy=policy, now=now, order=held)


def label_job(number: str) -> Job:
    """Return the job that makes a return's label."""
    return Job(task="issue_label", args={"number": number}, lock=f"return:{number}")


async def decline_return(
    number: str, *, reason: str, actor: Actor, now: datetime, expected_version: int | None = None
) -> None:
    """Decline a return in words the customer reads, or let stand what was appealed against.

    Another person hears an appeal: raises SamePerson for whoever refused. Raises Conflict
    `customer_chooses` while a choice about it is open.
    """
    async with transaction():
        case = await load_for_review(number, actor=actor, expected_version=expected_version)
        _leave_the_choice(case)
        case.require(Action.DECLINE)
        if case.facts().appeal_open:
            await dismiss_appeal(case, reason=reason, actor=actor, now=now)
        else:
            event = NewEvent(type="return.declined", reason="declined", text=reason)
            case.permit(PermissionEvent.DECLINE, event)
            case.values["refused_by"] = actor.person
            case.tell("return_declined", {"reason": reason}, now)
        case.values["on_hold"] = False
        await save_case(case, actor=actor, now=now)


def _leave_the_choice(case: ReturnCase) -> None:
    """Raise Conflict while the customer is asked what shall become of it."""
    if case.customer_chooses and case.permission is PermissionState.IN_REVIEW:
        detail = "The customer is to choose what becomes of it: take the choice back first."
        raise Conflict("customer_chooses", detail)


async def request_info(
    number: str, *, message: str, actor: Actor, now: datetime, expected_version: int | None = None
) -> None:
    """Ask the customer something; the case waits for the answer."""
    async with transaction():
        case = await load_for_review(number, actor=actor, expected_version=expected_version)
        case.require(Action.REQUEST_INFO)
        event = NewEvent(type="return.info_requested", text=message)
        case.permit(PermissionEvent.REQUEST_INFO, event)
        case.tell("info_requested", {"message": message}, now)
        await save_case(case, actor=actor, now=now)


async def answer_request(
    number: str,
    *,
    message: str,
    photo_ids: Sequence[str],
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Take the customer's answer; a person looks again."""
    async with transaction():
        case = await load_case(number, expected_version=expected_version)
        case.require(Action.ANSWER)
        await require_photos(
            {"/photo_ids": photo_ids},
            order_number=case.order_number,
            staff=actor.kind is not ActorKind.CUSTOMER,
        )
        event = NewEvent(type="return.answered", data={"photo_ids": list(photo_ids)}, text=message)
        case.permit(PermissionEvent.ANSWER, event)
        await save_case(case, actor=actor, now=now)


async def withdraw_return(
    number: str, *, actor: Actor, now: datetime, expected_version: int | None = None
) -> None:
    """Take a request back before anything arrived; its units can be asked for again.

    Of the mails that would bring its label none goes out any more; one confirms what was done, and
    that a label made already is void.
    """
    async with transaction():
        case = await load_case(number, expected_version=expected_version)
        case.require(Action.WITHDRAW)
        if await parcel_is_here(case.id):
            raise TransitionNotAllowed(case.headline, Action.WITHDRAW, instead=PARCEL_IS_HERE)
        case.permit(PermissionEvent.WITHDRAW, NewEvent(type="return.withdrawn"))
        await call_off_label_mails(case.id, because="the request was taken back", now=now)
        sent = {"had_label": case.label_issued, "own_parcel": case.in_transit}
        case.tell("return_withdrawn", sent, now)
        await save_case(case, actor=actor, now=now)
