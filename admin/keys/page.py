"""The programs' keys, for administrators: what each opens, when it was last used, and its end."""

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from admin.signed_in import AnyRequest, caller_on, staff_of_role, staff_page
from returns_engine.queries.api_keys import list_api_keys
from returns_engine.rules.words import Role
from returns_engine.web.who import services_of
from returns_engine.workflow.make_api_key import revoke_one_api_key
from returns_engine.workflow.refusals import Conflict, NotFound

_KEEPS = staff_of_role(Role.ADMINISTRATOR)
_LARGEST_ID = 2**31 - 1


@get("/admin/keys", guards=[_KEEPS])
async def keys(request: AnyRequest) -> Response[str]:
    """List every key; the keys themselves nobody can show."""
    return staff_page(
        request,
        "keys.html",
        keys=await list_api_keys(),
        revoked="revoked" in request.query_params,
    )


@post("/admin/keys/{key_id:int}/revoke", guards=[_KEEPS], status_code=303)
async def revoke(request: AnyRequest, key_id: FromPath[int]) -> Redirect:
    """End a key; one that was revoked before stays so."""
    if key_id > _LARGEST_ID:
        raise NotFound("key")
    now, actor = services_of(request).clock(), caller_on(request).actor
    try:
        await revoke_one_api_key(key_id, now=now, actor=actor)
    except Conflict:
        raise NotFound("key") from None
    return Redirect("/admin/keys?revoked=1", status_code=303)
