"""What somebody wrote when their half hour was over: carried in hidden fields, sent by themselves.

It goes by the code and back to its form in pages alone: in no address, cookie or row of ours.
"""

from typing import Any

from litestar import Request

from returns_engine.web.portal.draft import LONGEST_COMMENT, Fields

_WORDS = ("message", "appeal", "answer", "tracking_number")
_BESIDE = {"tracking_number": "carrier"}
_CARRIED = "unsent."
# What is a little too long is theirs to shorten.
_LONGEST = 2 * LONGEST_COMMENT
# The pages with such forms; whatever is sent elsewhere is not read for nobody.
_WRITTEN_AT = ("/returns/", "/order/refused/")


def unsent_in(fields: Fields) -> dict[str, str]:
    """Return the words that a form holds, typed or carried, by the names of their fields."""
    found = {name: words for name in _WORDS if (words := _words(fields, name))}
    beside = {_BESIDE[name]: _words(fields, _BESIDE[name]) for name in found if name in _BESIDE}
    return found | beside


async def unsent_of(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Return the words that this request wanted to send; none of one that only looks."""
    if request.method != "POST" or not request.url.path.startswith(_WRITTEN_AT):
        return {}
    return unsent_in(Fields.of(await request.form()))


def _words(fields: Fields, name: str) -> str:
    return (fields.one(name) or fields.one(_CARRIED + name))[:_LONGEST]
