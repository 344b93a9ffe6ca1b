"""What somebody wrote when their half hour was over: carried in hidden fields, sent by themselves.

It goes by the code and back to its form in pages alone: in no address, cookie or row of ours. Only
a request that is filled in goes to where it was kept before, into the draft of its order.
"""

from typing import Any
from urllib.parse import parse_qsl, urlencode

from litestar import Request

from returns_engine.web.portal.draft import LONGEST_COMMENT, Fields, read_draft

REQUEST = "request"
"""Under this name all of a request is carried but its comments, which have names of their own."""
ORDER = "order"
"""The field of a request's forms that says which order they are about."""
_COMMENT = "comment."
_WORDS = ("message", "appeal", "answer", "tracking_number")
_BESIDE = {"tracking_number": "carrier"}
_CARRIED = "unsent."
# What is a little too long is theirs to shorten.
_LONGEST = 2 * LONGEST_COMMENT
_LONGEST_REQUEST = 20_000
_MOST_COMMENTS = 50
# The pages with such forms; whatever is sent elsewhere is not read for nobody.
_WRITTEN_AT = ("/returns/", "/order/refused/")
_FILLED_IN_AT = ("/order/details", "/order/review", "/order/send")


def unsent_in(fields: Fields) -> dict[str, str]:
    """Return the words that a form holds, typed or carried, by the names of their fields."""
    names = [name for name in _WORDS if _words(fields, name)]
    names += [_BESIDE[name] for name in names if name in _BESIDE]
    found = {name: _words(fields, name) for name in names}
    request = fields.one(_CARRIED + REQUEST)[:_LONGEST_REQUEST]
    return found | _with_comments(request, fields, _CARRIED) if request else found


async def unsent_of(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Return the words that this request wanted to send; none of one that only looks."""
    path = request.url.path
    if request.method != "POST" or not path.startswith((*_WRITTEN_AT, *_FILLED_IN_AT)):
        return {}
    fields = Fields.of(await request.form())
    return _request_in(fields) if path in _FILLED_IN_AT else unsent_in(fields)


def request_of(unsent: dict[str, str]) -> Fields:
    """Return the fields of the request that was carried; none where there was none."""
    comments = [(name, words) for name, words in unsent.items() if name.startswith(_COMMENT)]
    return Fields.of_pairs([*parse_qsl(unsent.get(REQUEST, "")), *comments])


def _request_in(fields: Fields) -> dict[str, str]:
    draft = read_draft(fields)
    if not draft.lines:
        return {}
    about = [(ORDER, fields.one(ORDER)), *draft.details()]
    request = urlencode([pair for pair in about if not pair[0].startswith(_COMMENT)])
    return _with_comments(request[:_LONGEST_REQUEST], fields, "")


def _with_comments(request: str, fields: Fields, before: str) -> dict[str, str]:
    names = [name for name in fields.values if name.startswith(before + _COMMENT)]
    comments = {
        name.removeprefix(before): fields.one(name)[:_LONGEST] for name in names[:_MOST_COMMENTS]
    }
    return {REQUEST: request} | comments


def _words(fields: Fields, name: str) -> str:
    return (fields.one(name) or fields.one(_CARRIED + name))[:_LONGEST]
