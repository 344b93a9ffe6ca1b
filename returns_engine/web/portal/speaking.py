"""Choose the language in the foot of every page: kept on the device, with the order.

By a link; on a page whose words would be lost by it, by a button of the form that holds them.
"""

from litestar import get, post
from litestar.response import Redirect

from returns_engine.texts.catalogue import customer_languages
from returns_engine.web.form_sizes import files_alone_are_large
from returns_engine.web.languages import LANGUAGE_PATH, keep_on_device
from returns_engine.web.local_address import START, local_address
from returns_engine.web.pages import is_secure
from returns_engine.web.portal.photos import UPLOAD_BYTES
from returns_engine.web.portal.session import AnyRequest, customer_of
from returns_engine.web.who import services_of
from returns_engine.workflow.keep_language import keep_language


@get(LANGUAGE_PATH)
async def speak(request: AnyRequest) -> Redirect:
    """Keep the language and go back to where it was chosen; an unknown one changes nothing."""
    back = local_address(request.query_params.get("back", START))
    return await _in_other_words(request, Redirect(back, status_code=303))


@post(LANGUAGE_PATH, request_max_body_size=UPLOAD_BYTES, middleware=[files_alone_are_large])
async def speak_and_keep(request: AnyRequest) -> Redirect:
    """Keep the language, and let the browser send the same form to its own address.

    It comes there with `go=speak`, and is shown again as it was filled in.
    """
    onward = local_address(request.query_params.get("to", START))
    return await _in_other_words(request, Redirect(onward, status_code=307))


async def _in_other_words(request: AnyRequest, onward: Redirect) -> Redirect:
    language = request.query_params.get("speak")
    if language not in customer_languages():
        return onward
    keep_on_device(onward, language, secure=is_secure(services_of(request).settings))
    actor = await customer_of(request)
    if actor is not None and actor.order:
        await keep_language(actor.order, chosen=language, asked=None)
    return onward
