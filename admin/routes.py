"""Everything under /admin, for `asgi` to mount."""

from pathlib import Path
from typing import Any

from litestar import Response, Router
from litestar.exceptions import NotFoundException
from litestar.types import ControllerRouterHandler

from admin import photos
from admin.account import page as account
from admin.account import second_step
from admin.approvals import batch, decisions
from admin.approvals import page as approvals
from admin.assets import staff_files
from admin.bench import page as bench
from admin.choices import actions as choice_actions
from admin.choices import offer as choice_offer
from admin.choices import page as choices
from admin.compensations import page as compensations
from admin.dashboard import page as dashboard
from admin.data_mount import data_browser
from admin.inbox import page as inbox
from admin.jobs import page as jobs
from admin.keys import page as keys
from admin.late_orders import page as late_orders
from admin.messages import actions as message_actions
from admin.messages import page as messages
from admin.opinions import actions as opinion_actions
from admin.opinions import page as opinions
from admin.orders import canceled, evidence, link, open_case
from admin.orders import page as orders
from admin.parcels import actions as parcel_actions
from admin.parcels import found as found_parcels
from admin.parcels import page as parcels
from admin.policy import page as policy
from admin.promises import page as promises
from admin.reconciliation import page as reconciliation
from admin.refunds import page as refunds
from admin.replacements import moves
from admin.replacements import page as replacements
from admin.reports.page import REPORT_PAGES
from admin.returns import actions, for_customer, listing
from admin.returns import page as returns
from admin.search import page as search
from admin.sign_in import page as sign_in
from admin.signed_in import (
    AnyRequest,
    NotYourPlace,
    SecondStepFirst,
    SignInFirst,
    not_your_place,
    staff_page,
    to_second_step,
    to_sign_in,
)
from admin.webhooks import page as webhooks
from returns_engine.texts.words import mark
from returns_engine.workflow.refusals import NotFound

_NOTHING_HERE = mark("There is nothing here")
_PERHAPS = mark("The address may be mistyped, or what it named is gone.")

PAGES: list[ControllerRouterHandler] = [
    sign_in.sign_in_page,
    sign_in.sign_in,
    sign_in.code_page,
    sign_in.sign_in_with_code,
    sign_in.sign_out,
    account.account,
    account.end_one,
    account.end_all_others,
    account.new_password,
    second_step.second_step,
    second_step.enrol,
    second_step.new_codes,
    second_step.remove,
    dashboard.dashboard,
    search.search,
    bench.bench,
    bench.bench_case,
    bench.save_bench_case,
    bench.undo,
    parcels.parcels,
    parcels.parcels_file,
    found_parcels.new_parcel,
    found_parcels.take_in,
    parcels.parcel,
    parcels.label_state,
    parcels.label_pdf,
    parcel_actions.match,
    parcel_actions.release,
    parcel_actions.ask,
    parcel_actions.send_back,
    opinions.opinions,
    opinions.opinions_file,
    opinions.opinion,
    opinion_actions.give,
    opinion_actions.decide,
    approvals.approvals,
    batch.batch,
    batch.approve_chosen,
    approvals.approval,
    approvals.approval_state,
    decisions.approve,
    decisions.refuse,
    decisions.hold,
    decisions.release,
    decisions.back_to_bench,
    decisions.record,
    decisions.retry,
    decisions.otherwise,
    decisions.came_back,
    reconciliation.reconciliation,
    reconciliation.compare_now,
    reconciliation.lines_file,
    reconciliation.journal_file,
    refunds.refund_desk,
    refunds.refunds_file,
    refunds.ask,
    refunds.payment_seen,
    compensations.compensations,
    compensations.compensations_file,
    compensations.approve,
    compensations.refuse,
    compensations.give,
    promises.promises,
    promises.promises_file,
    choices.choices,
    choices.choices_file,
    choice_offer.offer_form,
    choice_offer.send_offer,
    choices.choice,
    choice_actions.withdraw,
    choice_actions.done,
    late_orders.late_orders,
    late_orders.late_orders_file,
    late_orders.looked_at,
    canceled.looked_at_canceled,
    orders.order_page,
    open_case.decide,
    open_case.open_case,
    evidence.add_statement,
    link.link,
    listing.returns_list,
    listing.returns_file,
    returns.return_case,
    returns.label_pdf,
    returns.certificate_pdf,
    actions.approve,
    actions.decline,
    actions.ask,
    actions.override,
    actions.send_home,
    actions.inquire,
    actions.void,
    actions.renew,
    actions.give_up,
    actions.write,
    for_customer.answer,
    for_customer.tracking,
    for_customer.withdraw,
    inbox.inbox,
    inbox.inbox_file,
    messages.messages,
    messages.messages_file,
    message_actions.note,
    message_actions.settle,
    message_actions.resend,
    message_actions.attach,
    message_actions.set_aside,
    replacements.replacements,
    replacements.replacements_file,
    replacements.replacement,
    *moves.MOVES,
    *REPORT_PAGES,
    policy.versions,
    policy.one_version,
    webhooks.webhooks,
    webhooks.test_webhook,
    webhooks.switch_on,
    webhooks.switch_off,
    webhooks.resend_all,
    webhooks.resend_one,
    jobs.jobs,
    jobs.jobs_file,
    jobs.requeue,
    keys.keys,
    keys.revoke,
    photos.photo,
    photos.small_photo,
]


def admin_folders() -> list[Path]:
    """Return the folders that hold the templates of the staff's side."""
    return sorted(Path(__file__).parent.glob("*/templates"))


def admin_routes() -> list[ControllerRouterHandler]:
    """Return the routes of the staff's side; `app.state` holds `services` and `pages`."""
    pages = Router(
        "/",
        route_handlers=PAGES,
        exception_handlers={
            SignInFirst: to_sign_in,
            SecondStepFirst: to_second_step,
            NotYourPlace: not_your_place,
            NotFound: _not_found,
            NotFoundException: _not_found,
        },
        include_in_schema=False,
    )
    return [pages, staff_files(), data_browser()]


def _not_found(request: AnyRequest, _: Exception) -> Response[Any]:
    return staff_page(
        request, "staff_problem.html", status=404, heading=_NOTHING_HERE, detail=_PERHAPS
    )
