"""The forms of Piccolo Admin: what a few words or a number are enough for, each by its use case.

Its forms know no choices, no files and no values to begin with, so what needs more has a page.
"""

from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from admin.data_inspection import accept_goods
from returns_engine.rules.actor import Actor
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.rma_number import normalize_rma_number
from returns_engine.rules.words import Scope
from returns_engine.web.services import Services
from returns_engine.web.who import SESSION_COOKIE, Caller, staff_of_session
from returns_engine.workflow.refusals import Refusal
from returns_engine.workflow.requeue_job import requeue_job
from returns_engine.workflow.void_label import void_label

if TYPE_CHECKING:
    from piccolo_admin.endpoints import FormConfig
    from starlette.requests import Request

LONGEST_TEXT = 2_000
LARGEST_JOB = 2**63 - 1
NOT_YOURS = "Your role does not use this form."


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form as somebody sent it."""

    fields: Mapping[str, Any]
    actor: Actor
    now: datetime
    services: Services

    def text(self, name: str) -> str:
        """Return a text without the spaces around it; raises ValueError for what is none."""
        text = str(self.fields[name] or "").replace("\r\n", "\n").strip()
        said = name.replace("_", " ").capitalize()
        if len(text) > LONGEST_TEXT:
            raise ValueError(f"{said}: at most {LONGEST_TEXT} characters.")
        if "\x00" in text or any("\ud800" <= one <= "\udfff" for one in text):
            raise ValueError(f"{said}: this text cannot be read.")
        return text

    def needed(self, name: str) -> str:
        """Return a text that must not be empty; raises ValueError."""
        if not (text := self.text(name)):
            raise ValueError(f"{name.replace('_', ' ').capitalize()}: this needs a few words.")
        return text

    def rma_number(self) -> str:
        """Return the RMA number; raises ValueError for what is none."""
        typed = self.needed("rma_number")
        known = normalize_rma_number(typed)
        if known is None:
            raise ValueError(f"{typed[:40]} is no RMA number: it looks like RMA-0123456X.")
        return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A form: its fields with their types and what stands in them at first (... is nothing)."""

    name: str
    group: str
    says: str
    needs: Scope
    fields: Mapping[str, tuple[Any, Any]]
    act: Callable[[Sent], Awaitable[str]] | None = field(default=None)
    """What it does, in words at the end; None where `data_mount` answers with a file."""

    @property
    def slug(self) -> str:
        """Return its name as Piccolo Admin's addresses spell it."""
        return self.name.replace(" ", "-").lower()


async def _accept(sent: Sent) -> str:
    number = sent.rma_number()
    units = await accept_goods(
        number,
        grade=sent.text("grade").upper(),
        found_cause=sent.text("found_cause").lower().replace(" ", "_"),
        policy=sent.services.policy,
        actor=sent.actor,
        now=sent.now,
    )
    return f"{units} {'item' if units == 1 else 'items'} of {number} accepted."


async def _void(sent: Sent) -> str:
    number = sent.rma_number()
    await void_label(number, reason=sent.needed("reason"), actor=sent.actor, now=sent.now)
    return f"The label of {number} is void. The customer is told, and a new one is being made."


async def _requeue(sent: Sent) -> str:
    job = sent.fields["job"]
    if not 1 <= job <= LARGEST_JOB:
        raise ValueError("Job: its number, as returns-engine doctor names it.")
    task = await requeue_job(job, actor=sent.actor, now=sent.now)
    return f"Job {job} ({task}) waits for a worker again."


ACCEPT = Form(
    name="Accept goods",
    group="Bench",
    says="Everything of a return that waits at the bench is accepted and restocked, as checked and"
    " graded by you. For anything else, and for photos, use the bench. Grade: A to D. Found cause:"
    " what the fault was; a warranty claim needs it.",
    needs=Scope.INSPECTIONS_WRITE,
    fields={"rma_number": (str, ...), "grade": (str, "A"), "found_cause": (str, "none")},
    act=_accept,
)
VOID = Form(
    name="Void a label",
    group="Returns",
    says="For a label that no parcel was sent under: the customer is told not to use it, and gets"
    " a new one. Colleagues read the reason.",
    needs=Scope.RETURNS_REVIEW,
    fields={"rma_number": (str, ...), "reason": (str, ...)},
    act=_void,
)
REQUEUE = Form(
    name="Requeue a dead job",
    group="Engine",
    says="A job that died is tried once more. Mend first what killed it: the worker's log says what"
    " it was. Every job is harmless when it runs twice.",
    needs=Scope.POLICIES_WRITE,
    fields={"job": (int, ...)},
    act=_requeue,
)
EXPORT = Form(
    name="Export",
    group="Returns",
    says="A list of a period as a CSV file: write returns, refunds or inspections. Both days"
    " belong to it.",
    needs=Scope.RETURNS_READ,
    fields={"list": (str, "returns"), "first_day": (date, ...), "last_day": (date, ...)},
)
FORMS = (ACCEPT, VOID, EXPORT, REQUEUE)
BY_SLUG: Mapping[str, Form] = {form.slug: form for form in FORMS}


def forms_for(caller: Caller) -> tuple[Form, ...]:
    """Return the forms that `caller` may send."""
    return tuple(form for form in FORMS if caller.may(form.needs))


def form_configs(services: Services) -> "list[FormConfig]":
    """Return the forms as Piccolo Admin takes them."""
    from piccolo_admin.endpoints import FormConfig  # noqa: PLC0415 - loaded with the data browser
    from pydantic import create_model  # noqa: PLC0415 - likewise

    return [
        FormConfig(
            name=form.name,
            pydantic_model=create_model(form.slug, **dict[str, Any](form.fields)),
            endpoint=_endpoint(form, services),
            description=form.says,
            form_group=form.group,
        )
        for form in FORMS
    ]


def _endpoint(
    form: Form, services: Services
) -> Callable[["Request", Any], Coroutine[None, None, str]]:
    async def send(request: "Request", data: Any) -> str:  # noqa: ANN401 - a model made above
        """Do what the form is for; Piccolo Admin shows what a ValueError says."""
        caller = await staff_of_session(request.cookies.get(SESSION_COOKIE, ""))
        if caller is None or not caller.may(form.needs) or form.act is None:
            raise ValueError(NOT_YOURS)
        sent = Sent(
            fields=data.model_dump(), actor=caller.actor, now=services.clock(), services=services
        )
        try:
            return await form.act(sent)
        except (Refusal, TransitionNotAllowed) as refusal:
            raise ValueError(in_words(refusal)) from refusal

    return send


def in_words(refusal: Exception) -> str:
    """Return what somebody reads of a refusal."""
    return f"Nothing was changed: {str(refusal)[:1].lower()}{str(refusal)[1:]}"
