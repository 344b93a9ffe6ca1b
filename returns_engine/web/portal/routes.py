"""The customer's addresses, and where somebody goes who is not known yet."""

from pathlib import Path
from typing import Any

from litestar import Response, Router
from litestar.exceptions import HTTPException, NotFoundException
from litestar.response import Redirect

from returns_engine.web.page_problems import show_problem
from returns_engine.web.portal import (
    appealing,
    asking,
    case,
    certificates,
    choosing,
    chosen_items,
    draft_photos,
    finding,
    how_fast_page,
    label_code,
    live,
    mails,
    my_orders,
    order_status,
    own_tracking,
    photos,
    policy_pages,
    refused,
    reloading,
    speaking,
    starting,
)
from returns_engine.web.portal.session import (
    SESSION_COOKIE,
    AnyRequest,
    PleaseFindYourOrder,
    keep_sought,
    let_out,
)
from returns_engine.web.portal.sought import as_cookie, sought_by

TEMPLATES = Path(__file__).parent / "templates"


def portal_routes() -> Router:
    """Return the routes of the customer's side; `app.state` holds `services` and `pages`."""
    return Router(
        "/",
        route_handlers=[
            finding.find_page,
            finding.find_order,
            finding.code_page,
            finding.enter_code,
            finding.another_code,
            finding.sign_out,
            my_orders.my_orders_page,
            my_orders.ask_for_link,
            my_orders.enter_by_link,
            my_orders.open_order,
            my_orders.leave_account,
            order_status.order_status_page,
            starting.order_page,
            chosen_items.choose_items,
            chosen_items.fill_in_again,
            chosen_items.keep_filled_in,
            asking.details_page,
            asking.review_page,
            asking.send_request,
            starting.throw_away,
            refused.refused_page,
            refused.ask_person,
            refused.unsent,
            case.case_page,
            live.changes,
            label_code.label_file,
            label_code.label_code_page,
            label_code.label_code,
            label_code.label_by_link,
            case.certificate_file,
            case.withdraw,
            case.renew,
            case.message,
            own_tracking.tracking,
            case.unsent,
            case.answer,
            certificates.ask_for_code,
            certificates.certificate_page,
            policy_pages.policy_page,
            policy_pages.help_page,
            how_fast_page.how_fast_page,
            choosing.choice_page,
            choosing.choose,
            mails.send_again,
            appealing.appeal,
            appealing.consent,
            draft_photos.kept_photos,
            draft_photos.send_photo,
            draft_photos.leave_out,
            photos.show_photo,
            photos.show_small_photo,
            speaking.speak,
            speaking.speak_and_keep,
            reloading.to_the_return,
            reloading.to_the_order,
            reloading.to_the_refusal,
            reloading.to_the_start,
        ],
        exception_handlers={
            PleaseFindYourOrder: _to_the_start,
            NotFoundException: _not_here,
            HTTPException: show_problem,
            Exception: show_problem,
        },
        include_in_schema=False,
    )


def _to_the_start(request: AnyRequest, error: PleaseFindYourOrder) -> Response[Any]:
    """Ask for the order first, and keep what page was wanted; tell who was here that it is over.

    What they wrote goes with them.
    """
    over = SESSION_COOKIE in request.cookies
    said = "over" if over else "first"
    onward: Response[Any] = Redirect(f"/?said={said}", status_code=303)
    if error.unsent:
        onward = finding.ask_for_order(request, status=403, said=said, unsent=error.unsent)
    if over:
        let_out(onward)
    _keep_sought(onward, request)
    return onward


def _not_here(request: AnyRequest, error: NotFoundException) -> Response[Any]:
    """Say that nothing is here; where it is of another order, its code leads to it."""
    shown = show_problem(request, error)
    _keep_sought(shown, request)
    return shown


def _keep_sought(answer: Response[Any], request: AnyRequest) -> None:
    sought = sought_by(request)
    if sought is not None:
        keep_sought(answer, request, as_cookie(sought))
