"""All calls under /api/v1."""

from litestar import Router

from returns_engine.web.answers import API
from returns_engine.web.api.address import before_call
from returns_engine.web.api.appeals import APPEALS
from returns_engine.web.api.call import provide_call
from returns_engine.web.api.choices import CHOICES
from returns_engine.web.api.compensations import COMPENSATIONS
from returns_engine.web.api.decisions import DECISIONS
from returns_engine.web.api.lookups import LOOKUPS
from returns_engine.web.api.messages import MESSAGES
from returns_engine.web.api.orders import ORDERS
from returns_engine.web.api.parcels import PARCELS
from returns_engine.web.api.photos import PHOTOS
from returns_engine.web.api.promises import PROMISES
from returns_engine.web.api.refund_batch import REFUND_BATCH
from returns_engine.web.api.refunds import REFUNDS
from returns_engine.web.api.replacements import REPLACEMENTS
from returns_engine.web.api.return_actions import RETURN_ACTIONS
from returns_engine.web.api.returns import RETURNS
from returns_engine.web.api.warehouse import WAREHOUSE
from returns_engine.web.webhooks.stripe import WEBHOOKS

LARGEST_BODY = 64 * 1024


def api_router() -> Router:
    """Return the API; a body of JSON has up to 64 KiB."""
    return Router(
        path=API,
        route_handlers=[
            *ORDERS,
            *DECISIONS,
            *LOOKUPS,
            *PHOTOS,
            *RETURNS,
            *RETURN_ACTIONS,
            *APPEALS,
            *MESSAGES,
            *WAREHOUSE,
            *PARCELS,
            *REFUNDS,
            *REFUND_BATCH,
            *COMPENSATIONS,
            *PROMISES,
            *REPLACEMENTS,
            *CHOICES,
            *WEBHOOKS,
        ],
        before_request=before_call,
        dependencies={"call": provide_call},
        request_max_body_size=LARGEST_BODY,
    )
