import asyncio
import threading

import httpx
import pytest

from returns_engine.sandbox.server import Sandbox, SandboxFailed, running_sandbox


def threads_of_sandboxes():
    return [thread for thread in threading.enumerate() if thread.name == "sandbox"]


class TestTheSandbox:
    def test_has_an_address_only_while_it_runs(self):
        sandbox = Sandbox()
        with pytest.raises(SandboxFailed):
            _ = sandbox.address

        sandbox.start()
        assert httpx.get(f"{sandbox.address}/messages").json() == {"items": []}
        sandbox.stop()
        sandbox.stop()

        with pytest.raises(SandboxFailed):
            _ = sandbox.address

    def test_takes_the_ports_it_is_given_again_and_again(self):
        with running_sandbox() as first:
            port, smtp_port = int(first.address.rpartition(":")[2]), first.smtp_port

        with running_sandbox(port=port, smtp_port=smtp_port) as second:
            assert second.address.endswith(f":{port}")
            assert second.smtp_port == smtp_port

    def test_says_that_a_port_is_taken_and_leaves_nothing_behind(self):
        with running_sandbox() as first:
            before = len(threads_of_sandboxes())
            with pytest.raises(OSError, match="in use"), running_sandbox(smtp_port=first.smtp_port):
                pass

            assert len(threads_of_sandboxes()) == before

    async def test_stops_though_somebody_waits_for_an_answer(self):
        sandbox = Sandbox()
        sandbox.start()
        async with httpx.AsyncClient(
            base_url=sandbox.address, auth=(sandbox.api_key, ""), timeout=60
        ) as wire:
            await wire.post("/_test/faults", json={"on": "refunds.list", "mode": "timeout_before"})
            waiting = asyncio.create_task(wire.get("/v1/refunds"))
            while (await wire.get("/_test/faults")).json():  # noqa: ASYNC110 - the peer is polled
                await asyncio.sleep(0.01)
            await asyncio.to_thread(sandbox.stop)

            with pytest.raises(httpx.RemoteProtocolError):
                await waiting

    def test_goes_on_in_the_time_in_which_it_was_left(self, tmp_path):
        with running_sandbox(clock_file=tmp_path / "clock") as first:
            httpx.post(f"{first.address}/_test/clock", json={"offset_seconds": 500})

        with running_sandbox(clock_file=tmp_path / "clock") as second:
            told = httpx.get(f"{second.address}/_test/clock").json()

        assert told["offset_seconds"] == 500

    def test_goes_on_with_the_payments_and_refunds_of_the_last_time(self, tmp_path):
        kept_in = tmp_path / "bank.json"
        told = {"reference": "pi_1", "amount": 5000, "currency": "USD"}
        with running_sandbox(kept_in=kept_in) as first:
            control = f"{first.address}/_test"
            for path, body in (
                ("payments", told),
                ("payments", {**told, "reference": "pi_2"}),
                ("refunds/dashboard", {"payment_intent": "pi_1", "amount": 1000}),
                ("refunds/dashboard", {"payment_intent": "pi_1", "amount": 500}),
                ("disputes", {"payment_intent": "pi_2"}),
                ("balance", {"currency": "USD", "available": 900}),
            ):
                assert httpx.post(f"{control}/{path}", json=body).is_success
            before = everything_of(first)

        with running_sandbox(kept_in=kept_in) as second:
            assert everything_of(second) == before
            assert [one["refunded"] for one in before["ledger"]] == [1500, 0]
            much = {"payment_intent": "pi_1", "amount": 3501}
            more = httpx.post(f"{second.address}/_test/refunds/dashboard", json=much)
            assert more.status_code == 400
            assert second.books.balances == {"usd": 900}

    def test_forgets_all_of_it_where_nothing_says_where_to_keep_it(self):
        with running_sandbox() as first:
            told = {"reference": "pi_1", "amount": 5000, "currency": "USD"}
            httpx.post(f"{first.address}/_test/payments", json=told)

        with running_sandbox() as second:
            assert everything_of(second)["ledger"] == []


def everything_of(sandbox: Sandbox) -> dict[str, list[dict[str, object]]]:
    """What the provider answers about all it knows."""
    lists = {
        kind: httpx.get(
            f"{sandbox.address}/v1/{kind}", params={"limit": 100}, auth=(sandbox.api_key, "")
        ).json()["data"]
        for kind in ("refunds", "events")
    }
    return {**lists, "ledger": httpx.get(f"{sandbox.address}/_test/ledger").json()["items"]}
