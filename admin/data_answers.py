"""What the data browser's addresses answer themselves, before Piccolo Admin is asked.

Its lists name to each role only what the role may see, and what we don't use of it isn't there.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from litestar.response.base import ASGIResponse

from admin.data import BY_NAME, PREFIX, REFUSED, readable_by
from admin.data_forms import BY_SLUG, NOT_YOURS, Form, forms_for
from admin.data_links import page_of, row_of
from admin.navigation import places_for
from returns_engine.web.who import Caller

TABLES, FORMS, FILES = "/api/tables/", "/api/forms/", "/assets/"
READS = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN_TO_ALL_STAFF = frozenset({"/", "/api/user/", "/public/meta/", "/public/logout/"})
# The page's script is its own; Vue and the editor it carries write style attributes.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
}
_LISTINGS = frozenset(
    {TABLES, f"{TABLES}grouped/", FORMS, f"{FORMS}grouped/", "/api/links/"},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What is not passed on to Piccolo Admin, and why."""

    status: int
    detail: str | None = None
    more: Mapping[str, object] | None = None


READ_HERE = "Read only for your role."
WRITTEN_BY_ENGINE = "Read only: the engine alone writes this."
NOTHING_HERE = Refused(status=404)
UNSORTABLE = Refused(status=400, detail="This table has no such column to sort by.")
# What its page looks for to know that the session is over.
_STRANGER = Refused(status=401, more={"error": "Auth failed"})


async def before_piccolo(
    inside: str, caller: Caller | None, method: str, *, order: Sequence[str] = ()
) -> ASGIResponse | Refused | None:
    """Return our own answer, or None where Piccolo Admin may give one.

    `order` is what the address asks a table to be sorted by.
    """
    if inside.startswith(FILES) and method == "GET":
        return None
    if caller is None:
        opened = inside == "/" or inside.startswith("/row/")
        return _sign_in(inside) if opened else _STRANGER
    if inside in _LISTINGS:
        return _listing(inside, caller)
    if inside.startswith(("/page/", "/row/")) and method == "GET":
        return await _way(inside, caller)
    return _refusal(inside, caller, method, order)


def _refusal(inside: str, caller: Caller, method: str, order: Sequence[str]) -> Refused | None:
    if inside.startswith(TABLES):
        return _of_table(inside, caller, method, order)
    if inside.startswith(FORMS):
        return _of_form(inside, caller)
    if inside in OPEN_TO_ALL_STAFF or inside.startswith("/public/translations/"):
        return None
    # Its log-in, password change, uploads and documentation: ours, not wanted, or asking a CDN.
    return NOTHING_HERE


def _listing(inside: str, caller: Caller) -> ASGIResponse:
    if inside == "/api/links/":
        return json_answer({str(place.name): place.path for place in places_for(caller)})
    if inside.startswith(FORMS):
        forms = forms_for(caller)
        groups = sorted({form.group for form in forms})
        grouped = {group: [_named(one) for one in forms if one.group == group] for group in groups}
        if inside == FORMS:
            return json_answer([_named(form) for form in forms])
        return json_answer({"grouped": grouped, "ungrouped": []})
    tables = readable_by(caller)
    if inside == TABLES:
        return json_answer(sorted(name for names in tables.values() for name in names))
    return json_answer({"grouped": tables, "ungrouped": []})


def _named(form: Form) -> dict[str, str]:
    return {"name": form.name, "slug": form.slug, "description": form.says}


def _of_table(inside: str, caller: Caller, method: str, order: Sequence[str]) -> Refused | None:
    """Refuse here what the validators of `data.py` refuse too, whatever the body holds."""
    shown = BY_NAME.get(inside.removeprefix(TABLES).partition("/")[0])
    if shown is None:
        return NOTHING_HERE
    if not caller.is_one_of(shown.readers):
        return Refused(status=403, detail="Your role does not read this table.")
    if method not in READS and not caller.is_one_of(shown.editors):
        by_others = "Only a manager or an administrator may change this."
        return Refused(status=403, detail=by_others if shown.editors else REFUSED)
    # Piccolo breaks at a name it does not take, and would sort by a secret column.
    known = {one._meta.name for one in shown.table._meta.columns if not one._meta.secret}  # noqa: SLF001 - Piccolo tells it nowhere else
    asked = (name.removeprefix("-") for names in order for name in names.split(","))
    return None if known.issuperset(asked) else UNSORTABLE


def _of_form(inside: str, caller: Caller) -> Refused | None:
    form = BY_SLUG.get(inside.removeprefix(FORMS).partition("/")[0])
    if form is None:
        return NOTHING_HERE
    return None if caller.may(form.needs) else Refused(status=403, detail=NOT_YOURS)


async def _way(inside: str, caller: Caller) -> ASGIResponse | Refused:
    """Say which page a row belongs to, or lead from a page to its row."""
    kind, _, rest = inside.strip("/").partition("/")
    table, _, which = rest.partition("/")
    if kind == "row":
        address = await row_of(table, which, caller)
        return NOTHING_HERE if address is None else redirect(address)
    shown = BY_NAME.get(table)
    if shown is None or not caller.is_one_of(shown.readers):
        return json_answer({})
    says: dict[str, str] = {}
    if not caller.is_one_of(shown.editors):
        # Piccolo Admin draws its buttons all the same.
        says["note"] = READ_HERE if shown.editors else WRITTEN_BY_ENGINE
    page = await page_of(table, which, caller)
    return json_answer(says if page is None else {"page": page.address, "name": page.name} | says)


def json_answer(body: Any, *, status: int = 200) -> ASGIResponse:  # noqa: ANN401 - whatever JSON holds
    """Return an answer in JSON."""
    return ASGIResponse(
        body=json.dumps(body).encode(),
        status_code=status,
        media_type="application/json",
        headers=HEADERS,
    )


def redirect(where: str) -> ASGIResponse:
    """Return an answer that leads elsewhere."""
    return ASGIResponse(status_code=307, headers={"location": where, **HEADERS})


def _sign_in(inside: str) -> ASGIResponse:
    return redirect(f"/admin/sign-in?next={quote(f'{PREFIX}{inside}', safe='')}")
