"""Tell a page which draft its form was made of, so that the device forgets it: it has arrived."""

import re

from litestar.response import Redirect

from admin.forms import SentForm

_ID = re.compile(r"[a-z0-9-]{1,40}")


def back_to(page: str, form: SentForm) -> Redirect:
    """Lead to `page` after `form` was done, and name the draft that `static/drafts.js` kept."""
    draft = form.text("draft")
    path, _, place = page.partition("#")
    sent = f"{'&' if '?' in path else '?'}sent={draft}" if _ID.fullmatch(draft) else ""
    return Redirect(f"{path}{sent}{'#' + place if place else ''}", status_code=303)
