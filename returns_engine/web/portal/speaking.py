"""Choose the language by a link in the foot of every page: kept on the device, with the order."""

from litestar import get
from litestar.response import Redirect

from returns_engine.texts.catalogue import customer_languages
from returns_engine.web.languages import LANGUAGE_PATH, keep_on_device
from returns_engine.web.local_address import START, local_address
from returns_engine.web.pages import is_secure
from returns_engine.web.portal.session import AnyRequest, customer_of
from returns_engine.web.who import services_of
from returns_engine.workflow.keep_language import keep_language


@get(LANGUAGE_PATH)
async def speak(request: AnyRequest) -> Redirect:
    """Keep the language and go back to where it was chosen; an unknown one changes nothing."""
    back = Redirect(local_address(request.query_params.get("back", START)), status_code=303)
    language = request.query_params.get("speak")
    if language not in customer_languages():
        return back
    keep_on_device(back, language, secure=is_secure(services_of(request).settings))
    actor = await customer_of(request)
    if actor is not None and actor.order:
        await keep_language(actor.order, chosen=language, asked=None)
    return back
