import asyncio
import json

from returns_engine.web.portal import live
from returns_engine.workflow.write_message import write_message
from tests.api.orders import NOW
from tests.portal.test_case import STAFF, ask
from tests.query_plans import seen_statements


async def events(app, visitor, address, *, until, then=0):
    """Open a stream as a browser does; return what was heard `then` seconds after `until` holds."""
    heard, gone = bytearray(), asyncio.Event()
    path, _, query = address.partition("?")
    cookies = "; ".join(f"{name}={value}" for name, value in visitor.client.cookies.items())
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", b"shop.test"), (b"cookie", cookies.encode())],
        "client": ("127.0.0.1", 1),
        "server": ("shop.test", 80),
        "state": {},
    }

    async def receive():
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        heard.extend(message.get("body", b""))
        if until(heard.decode()):
            gone.set()

    stream = asyncio.create_task(app(scope, receive, send))
    try:
        async with asyncio.timeout(20):
            await gone.wait()
            await asyncio.sleep(then)
    finally:
        stream.cancel()
        await asyncio.gather(stream, return_exceptions=True)
    return heard.decode()


class TestAPageThatIsOpen:
    async def test_hears_at_once_that_its_return_moved(self, portal):
        visitor = await portal.signed_in()
        number = await ask(visitor, condition__L1="as_received")
        known = (await visitor.open(f"/returns/{number}/changes")).text
        version = json.loads(known.rsplit("data: ", 1)[1])

        async def write() -> None:
            await asyncio.sleep(0)
            await write_message(number, message="Soon.", actor=STAFF, now=NOW)

        address = f"/returns/{number}/changes?since={version}"
        heard, _ = await asyncio.gather(
            events(portal.app, visitor, address, until=lambda text: "changed" in text), write()
        )

        assert f"id: {version + 1}" in heard

    async def test_that_is_newer_than_what_was_read_hears_nothing_old(self, portal):
        visitor = await portal.signed_in()
        number = await ask(visitor, condition__L1="as_received")
        told = (await visitor.open(f"/returns/{number}/changes")).text
        read = json.loads(told.rsplit("data: ", 1)[1])

        heard = await events(
            portal.app,
            visitor,
            f"/returns/{number}/changes?since={read + 1}",
            until=bool,
            then=2 * live.LOOKS_EVERY_SECONDS,
        )

        assert "changed" not in heard

    async def test_of_many_asks_the_database_together(self, portal):
        visitor = await portal.signed_in()
        number = await ask(visitor, condition__L1="as_received")
        watched = live.WatchedReturns()

        with seen_statements() as seen, watched.watching(number), watched.watching("RMA-0"):
            versions = await asyncio.gather(*(watched.version_of(number) for _ in range(20)))

        assert len(set(versions)) == 1
        assert len(seen.texts) == 1
        assert not watched.is_full

    async def test_of_another_order_hears_nothing(self, portal):
        visitor = await portal.signed_in()
        number = await ask(visitor, condition__L1="as_received")
        await portal.put_order("EKR-1002", reference="pi_2", email="eve@example.com")
        eve = await portal.signed_in("EKR-1002", "eve@example.com")

        assert (await eve.open(f"/returns/{number}/changes")).status_code == 404
