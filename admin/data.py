"""Which tables Piccolo Admin shows at /admin/data/, to whom, and which of them can be edited.

Everything the workflow writes refuses every write verb here: a return moves by its use cases and
in no other way. Each table of the engine is either in `SHOWN` or in `HIDDEN`; a test insists.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from piccolo.apps.user.tables import BaseUser
from piccolo.table import Table

from admin.data_edits import fault, faults_in
from admin.data_forms import form_configs
from admin.data_rows import call_rows, listed_as
from returns_engine.rules.words import Role
from returns_engine.tables.access import (
    ApiKey,
    CustomerToken,
    IdempotentAnswer,
    LookupCode,
    RateLimit,
    StaffRole,
    StaffSession,
)
from returns_engine.tables.choices import Choice, ChoiceLine
from returns_engine.tables.compensations import Compensation
from returns_engine.tables.drafts import RequestDraft
from returns_engine.tables.events import ChainHead, Event, EventText
from returns_engine.tables.ledger import LedgerEntry
from returns_engine.tables.messages import Message, Photo, Promise
from returns_engine.tables.opinions import Opinion
from returns_engine.tables.orders import (
    DeliveryEvidence,
    Order,
    OrderContact,
    OrderLine,
    Payment,
    Shipment,
    ShipmentLine,
)
from returns_engine.tables.parcels import Parcel
from returns_engine.tables.policies import PublishedPolicy
from returns_engine.tables.reconciliations import Reconciliation, ReconciliationLine
from returns_engine.tables.reference import ReplyTemplate, Warehouse
from returns_engine.tables.refund_papers import (
    Certificate,
    CertificateDocument,
    CreditNote,
    CreditNoteCounter,
)
from returns_engine.tables.refunds import (
    OutsideRefund,
    Refund,
    RefundAttempt,
    RefundLine,
    WebhookEvent,
)
from returns_engine.tables.replacements import Replacement
from returns_engine.tables.returns import (
    Consent,
    DecisionRecord,
    Inspection,
    InspectionLine,
    Label,
    LabelDocument,
    LineComment,
    Receipt,
    ReceiptLine,
    Return,
    ReturnLine,
)
from returns_engine.tables.totp import RecoveryCode, StaffTotp
from returns_engine.tables.webhooks import WebhookDelivery, WebhookEndpoint
from returns_engine.web.services import Services
from returns_engine.web.under_path import in_page, public_path
from returns_engine.web.who import SESSION_COOKIE, Caller, staff_of_session

if TYPE_CHECKING:
    from piccolo_admin.endpoints import AdminRouter, TableConfig
    from piccolo_api.crud.endpoints import PiccoloCRUD
    from piccolo_api.crud.validators import Validators
    from starlette.requests import Request

PREFIX = "/admin/data"
LARGEST_BODY = 64 * 1024
REFUSED = "This is written by the engine alone. Use the pages under /admin, or the API."

_CASES = frozenset({Role.SUPPORT, Role.WAREHOUSE, Role.FINANCE, Role.MANAGER})
_CUSTOMERS = frozenset({Role.SUPPORT, Role.MANAGER})
_MONEY = frozenset({Role.FINANCE, Role.MANAGER})
# Whoever gives a second opinion has not read the first verdict: not as a row of it either.
_VERDICTS = _CASES - {Role.WAREHOUSE}
_STAFF = frozenset({Role.ADMINISTRATOR})
_KEEPERS = frozenset({Role.MANAGER, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A table in the data browser: its menu group, who reads it, and who edits it, if anybody."""

    table: type[Table]
    group: str
    readers: frozenset[Role]
    editors: frozenset[Role] = frozenset()


def _group(group: str, readers: frozenset[Role], *tables: type[Table]) -> tuple[Shown, ...]:
    return tuple(Shown(table=table, group=group, readers=readers) for table in tables)


SHOWN: tuple[Shown, ...] = (
    Shown(
        table=Warehouse,
        group="Reference data",
        readers=_CASES | _KEEPERS,
        editors=_KEEPERS,
    ),
    Shown(
        table=ReplyTemplate,
        group="Reference data",
        readers=_CASES | _KEEPERS,
        editors=_KEEPERS,
    ),
    *_group("Returns", _CASES, Return, ReturnLine, Label, Promise),
    *_group("Bench", _CASES, Receipt, ReceiptLine, Inspection, Photo),
    *_group("Bench", _VERDICTS, InspectionLine),
    *_group("Bench", _CASES, Consent),
    *_group("Money", _MONEY, CreditNote),
    *_group("Money", _MONEY, Refund, RefundLine, RefundAttempt, Payment, WebhookEvent),
    *_group("Money", _MONEY, OutsideRefund),
    *_group("Money", _MONEY, LedgerEntry, Reconciliation, ReconciliationLine),
    *_group("Returns", _CASES, Replacement, Compensation, Choice, ChoiceLine),
    *_group("Orders", _CASES, Order, OrderLine, Shipment, ShipmentLine, DeliveryEvidence),
    *_group("Customers", _CUSTOMERS, OrderContact, LineComment),
    *_group("Record", _VERDICTS, Event),
    *_group("Record", _KEEPERS, ChainHead),
    *_group("Staff", _STAFF, BaseUser, StaffRole),
)

HIDDEN: Mapping[type[Table], str] = {
    ApiKey: "holds digests of keys; /admin/keys lists and revokes them",
    CustomerToken: "holds digests of tokens",
    RequestDraft: "holds what a customer has not sent yet",
    LookupCode: "holds digests of codes",
    StaffSession: "holds digests of session tokens",
    StaffTotp: "holds what a second step is made of; /admin/account shows one's own",
    RecoveryCode: "holds digests of codes",
    IdempotentAnswer: "holds whole answers with personal data",
    RateLimit: "holds contacts and addresses",
    EventText: "holds free text; the case page shows it beside its event",
    Message: "its context holds look-up codes; the case page shows what was said",
    DecisionRecord: "Piccolo Admin cannot show a column named `request`; the case page shows it",
    LabelDocument: "holds addresses as a PDF; the case page links it",
    CertificateDocument: "holds a name as a PDF; the case page links it",
    Certificate: "holds codes that open the public page",
    CreditNoteCounter: "where the series of credit notes stands; the notes are shown",
    WebhookEndpoint: "holds secrets that sign; /admin/webhooks shows the rest",
    WebhookDelivery: "/admin/webhooks shows it",
    Opinion: "shows the first verdict to who gives the second; /admin/opinions keeps it back",
    PublishedPolicy: "holds whole policy files; `returns-engine policy history` tells of them",
    Parcel: "holds what senders wrote on their parcels; /admin/parcels shows it",
}

BY_NAME: Mapping[str, Shown] = {shown.table._meta.tablename: shown for shown in SHOWN}  # noqa: SLF001 - Piccolo tells it nowhere else


def readable_by(caller: Caller) -> dict[str, list[str]]:
    """Return the table names that `caller` may read, by menu group."""
    grouped: dict[str, list[str]] = {}
    for name, shown in BY_NAME.items():
        if caller.is_one_of(shown.readers):
            grouped.setdefault(shown.group, []).append(name)
    return grouped


def refuse_write(piccolo_crud: "PiccoloCRUD", request: "Request") -> None:  # noqa: ARG001 - Piccolo passes both by name
    """Refuse; raises Starlette's HTTPException 403."""
    from starlette.exceptions import HTTPException  # noqa: PLC0415 - loaded with the data browser

    raise HTTPException(status_code=403, detail=REFUSED)


async def editors_alone(piccolo_crud: "PiccoloCRUD", request: "Request") -> None:
    """Let only the table's editors write, and never its primary key.

    Piccolo would carry a changed key into every row that points at it, and answer 500.
    """
    from starlette.exceptions import HTTPException  # noqa: PLC0415 - loaded with the data browser

    shown = BY_NAME[piccolo_crud.table._meta.tablename]  # noqa: SLF001 - Piccolo tells it nowhere else
    caller = await staff_of_session(request.cookies.get(SESSION_COOKIE, ""))
    if caller is None or not caller.is_one_of(shown.editors):
        raise HTTPException(status_code=403, detail="Your role reads this table.")
    if request.method in {"POST", "PUT", "PATCH"} and (faults := await _faults(shown, request)):
        raise HTTPException(status_code=422, detail=faults)  # type: ignore[arg-type]  # FastAPI's shape


async def _faults(shown: Shown, request: "Request") -> list[dict[str, object]]:
    try:
        row = json.loads(await request.body() or b"{}")
    except (ValueError, RecursionError):
        row = None
    if not isinstance(row, dict):
        return [fault("row", "This could not be read.")]
    if "id" in row and str(row["id"]) != str(request.path_params.get("row_id", row["id"])):
        return [fault("id", "The id of a row cannot be changed.")]
    return faults_in(shown.table, row)


def validators(shown: Shown) -> "Validators":
    """Return what guards the write verbs of a table, PUT included, which no hook would see."""
    from piccolo_api.crud.validators import Validators  # noqa: PLC0415 - loaded with the data browser

    guard: list[Any] = [editors_alone if shown.editors else refuse_write]
    return Validators(
        post_single=guard,
        put_single=guard,
        patch_single=guard,
        delete_single=guard,
        delete_all=[refuse_write],
        get_new=guard,
    )


def table_configs() -> "list[TableConfig]":
    """Return an explicit TableConfig for every table that is shown."""
    from piccolo_admin.endpoints import TableConfig  # noqa: PLC0415 - loaded with the data browser

    return [
        TableConfig(
            table_class=shown.table,
            menu_group=shown.group,
            validators=validators(shown),
            **listed_as(shown.table),
        )
        for shown in SHOWN
    ]


def create_data_browser(services: Services) -> "AdminRouter":
    """Build Piccolo Admin, once a process; it loads FastAPI, which no other page needs."""
    from piccolo_admin.endpoints import create_admin  # noqa: PLC0415 - loaded with the data browser

    call_rows()
    path = public_path(services.settings)
    browser: AdminRouter = create_admin(
        tables=table_configs(),
        forms=form_configs(services),
        session_table=StaffSession,
        production=services.settings.mode == "production",
        site_name="Returns Engine",
        auto_include_related=False,
        allowed_hosts=[urlsplit(services.settings.public_url).hostname or ""],
        sidebar_links={
            "Dashboard": f"{path}/admin",
            "Bench": f"{path}/admin/bench",
            "Parcels": f"{path}/admin/parcels",
            "Approvals": f"{path}/admin/approvals",
            "Returns": f"{path}/admin/returns",
            "Messages": f"{path}/admin/messages",
        },
    )
    browser.max_body_size = LARGEST_BODY
    # Piccolo Admin has no place for a script of ours; this one sends its log-in page to ours, and
    # leads from a row to its page.
    ours = '<link rel="stylesheet" href="/admin/static/data.css">'
    ours += '<script src="/admin/static/data.js" defer></script>'
    browser.template = browser.template.replace("</head>", f"{in_page(ours, path)}</head>")
    return browser
