"""What the letters are tried with: a return, and a mail server that takes what is said of it."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from aiosmtpd.smtp import SMTP

from returns_engine.documents.order import OrderDocument
from returns_engine.documents.reading import read_document
from returns_engine.documents.request import RequestDocument
from returns_engine.gateways.mail.smtp_client import SmtpClient
from returns_engine.rules.actor import SYSTEM, Actor
from returns_engine.rules.words import ActorKind
from returns_engine.workflow.import_order import import_order
from returns_engine.workflow.request_return import Opened, request_return
from tests.api.orders import NOW, order, request
from tests.letters.postbox import POLICY, Post, Postbox


@pytest.fixture
async def number(database: str) -> str:  # noqa: ARG001 - the engine points there
    """The number of an approved return."""
    raw = json.dumps(order()).encode()
    document = read_document(raw, OrderDocument)
    await import_order("EKR-1001", document, expected_version=None, actor=SYSTEM, now=NOW)
    asked = read_document(json.dumps(request()).encode(), RequestDocument)
    customer = Actor(kind=ActorKind.CUSTOMER, order="EKR-1001")
    answer = await request_return(asked, actor=customer, policy=POLICY, now=NOW)
    assert isinstance(answer, Opened)
    return answer.number


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    box = Postbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(box, enable_SMTPUTF8=True, loop=loop), host="127.0.0.1", port=0
    )
    port = server.sockets[0].getsockname()[1]
    yield Post(box, SmtpClient(host="127.0.0.1", port=port, clock=lambda: NOW))
    server.close()
    await server.wait_closed()
