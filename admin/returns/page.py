"""One return, whole: what was asked, decided, received, found, paid and said."""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from admin.approvals.case import read_inspected
from admin.forms import LONGEST_TEXT, SentForm, faults_of
from admin.meanwhile import last_seen, meanwhile
from admin.messages.case import said_on_the_case, waits_for_us
from admin.messages.replies import LANGUAGES, Reply, chosen_reply, replies_for
from admin.returns.case_lines import read_lines, titled
from admin.returns.in_the_way import set_aside_by_approving, stopped_by
from admin.signed_in import AnyRequest, caller_on, staff_page, staff_with
from returns_engine.queries.certificates import read_certificate_pdf
from returns_engine.queries.label import read_label_pdf
from returns_engine.queries.messages import read_messages
from returns_engine.queries.refused_goods import rejected_waiting
from returns_engine.queries.return_view import read_return
from returns_engine.queries.rows import first_row, loaded
from returns_engine.queries.timeline import read_events
from returns_engine.rules.lifecycle.moves import TransitionNotAllowed
from returns_engine.rules.words import Scope
from returns_engine.texts.carriers import CARRIERS
from returns_engine.texts.parcel_words import PARCEL_STATES
from returns_engine.texts.refund_words import WHAT_NEXT
from returns_engine.web.answers import pdf_answer
from returns_engine.web.problems import status_of
from returns_engine.web.who import services_of
from returns_engine.workflow.refusals import NotFound, Refusal

_CONTACT = """
SELECT c.name, c.email, c.phone, c.ship_to_name, c.city, c.region, o.country, o.number,
       r.refusers @> to_jsonb({}::int) AS refuser,
       EXISTS (SELECT FROM opinions p WHERE p.return_id = r.id AND p.cause = 'appeal'
               AND p.second_by = {}) AS gave,
       EXISTS (SELECT FROM opinions p WHERE p.return_id = r.id AND p.state = 'asked') AS asked,
       r.in_transit_at,
       (SELECT h.id FROM choices h WHERE h.return_id = r.id AND h.state = 'open') AS open_choice,
       ARRAY(SELECT COALESCE(NULLIF(trim(concat_ws(' ', u.first_name, u.last_name)), ''),
                             u.username)
             FROM piccolo_user u WHERE r.refusers @> to_jsonb(u.id) ORDER BY u.id) AS refusers,
  (SELECT json_agg(json_build_object('id', p.id, 'number', p.number, 'state', p.state)
                   ORDER BY p.quarantined_at)
   FROM parcels p WHERE p.return_id = r.id OR p.came_with = r.id) AS parcels,
  (SELECT json_agg(json_build_object('id', t.id, 'name', t.name, 'language', t.language,
                                     'text', t.text) ORDER BY t.language, t.name, t.id)
   FROM reply_templates t WHERE t.in_use) AS templates,
  (SELECT json_agg(json_build_object(
       'id', p.id, 'state', p.state, 'quantity', p.quantity, 'title', ol.title,
       'verdict', p.second_verdict, 'grade', p.second_grade, 'first_grade', p.first_grade,
       'found_cause', p.second_cause, 'note', p.second_note,
       'by', COALESCE(NULLIF(trim(concat_ws(' ', u.first_name, u.last_name)), ''), u.username))
     ORDER BY p.asked_at, p.id)
   FROM opinions p JOIN return_lines rl ON rl.id = p.return_line
   JOIN order_lines ol ON ol.id = rl.order_line LEFT JOIN piccolo_user u ON u.id = p.second_by
   WHERE p.return_id = r.id AND p.cause = 'appeal') AS opinions
FROM returns r JOIN orders o ON o.id = r."order"
LEFT JOIN order_contacts c ON c."order" = o.id WHERE r.number = {}
"""
MAY_GIVE_UP = (Scope.RECEIVING_WRITE, Scope.INSPECTIONS_WRITE, Scope.RETURNS_REVIEW)
"""Who may give up what never came, as the call says it."""
_READS = staff_with(Scope.RETURNS_READ)


@get("/admin/returns/{number:str}", guards=[_READS])
async def return_case(request: AnyRequest, number: FromPath[str]) -> Response[str]:
    """Show a return."""
    return await show_return(request, number)


@get("/admin/returns/{number:str}/label.pdf", guards=[_READS])
async def label_pdf(number: FromPath[str]) -> Response[bytes]:
    """Return the label, to print it again."""
    pdf = await read_label_pdf(number)
    if pdf is None:
        raise NotFound("label")
    headers = {
        "Content-Disposition": f'inline; filename="{number}.pdf"',
        "Cache-Control": "no-store",
    }
    return Response(pdf, media_type="application/pdf", headers=headers)


@get("/admin/returns/{number:str}/certificate.pdf", guards=[_READS])
async def certificate_pdf(number: FromPath[str]) -> Response[bytes]:
    """Return the certificate of the return's refunds."""
    pdf = await read_certificate_pdf(number)
    if pdf is None:
        raise NotFound("certificate")
    return pdf_answer(pdf, f"{number}-refund.pdf")


async def show_return(
    request: AnyRequest,
    number: str,
    *,
    form: SentForm | None = None,
    error: Refusal | TransitionNotAllowed | None = None,
) -> Response[str]:
    """Answer with the case page; after an error with what was typed and what is the matter."""
    case = await read_return(number, for_staff=True)
    if case is None:
        raise NotFound("return")
    lines = await read_lines(number)
    me = caller_on(request).actor.person
    contact = await first_row(_CONTACT, me, me, number)
    events = await read_events(number)
    blind = bool(contact and contact["asked"]) and caller_on(request).judges_blind
    if blind:
        events = [{**event, "text": None} for event in events]
    templates = loaded(contact["templates"]) or () if contact else ()
    replies = replies_for(templates, case=case, name=contact["name"] or "" if contact else "")
    chosen = chosen_reply(replies, request.query_params.get("reply"))
    messages = [] if blind else await read_messages(number)
    return staff_page(
        request,
        "staff_return.html",
        status=status_of(error) if error else 200,
        case=case,
        lines=lines,
        line_titles={line.line_id: line.title for line in lines},
        contact=contact,
        parcels=loaded(contact["parcels"]) or () if contact else (),
        opinions=loaded(contact["opinions"]) or () if contact else (),
        parcel_states=PARCEL_STATES,
        stage_words=WHAT_NEXT,
        inspected=() if blind else await read_inspected(number),
        blind=blind,
        events=events,
        **said_on_the_case(messages, events),
        appeal_words=_last_words(events, "return.appealed"),
        asked_words=_last_words(events, "return.in_review"),
        waiting_home=rejected_waiting(case),
        carriers=CARRIERS,
        may_give_up=MAY_GIVE_UP,
        outstanding_days=services_of(request).policy.refund.outstanding_days,
        stopped_by=stopped_by(case["decision"], events),
        by_approving=set_aside_by_approving(case["decision"], events),
        replies=replies,
        languages=LANGUAGES,
        chosen_reply=chosen,
        typed=form.typed() if form else _begun(chosen, messages),
        seen=last_seen(events),
        meanwhile=meanwhile(form, events, error),
        says=titled(str(error), lines) if error else "",
        faults={name: titled(says, lines) for name, says in faults_of(error).items()},
    )


def _begun(chosen: Reply | None, messages: Sequence[Mapping[str, Any]]) -> Mapping[str, str]:
    """Return what stands in the fields before anybody types.

    A message begins with a text of ours, an answer with what the customer wrote last and waits.
    """
    begun = {"message": chosen.text} if chosen else {}
    waiting = (one for one in reversed(messages) if waits_for_us(one))
    written = next(waiting, None)
    return begun | ({"answer": written["text"][:LONGEST_TEXT]} if written else {})


def _last_words(events: Sequence[Mapping[str, Any]], kind: str) -> str | None:
    return next((event["text"] for event in events[::-1] if event["type"] == kind), None)
