"""`serve` that is ended together with its processes, and what it says meanwhile."""

import json
import os
import signal

import pytest

from tests.running.processes import Machine, Web, is_gone, until


def _two(web: Web) -> list[int] | None:
    children = web.children()
    return children if len(children) == 2 else None


class TestServeThatIsToldTogetherWithItsProcesses:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_replaces_none_of_them_and_ends(self, shop: Machine, number: signal.Signals):
        with shop.serving(2) as web:
            children = until(lambda: _two(web))
            # It hears of it when they are gone already, as it may when Ctrl-C tells all.
            web.tell(signal.SIGSTOP)
            for one in (*children, web.process.pid):
                os.kill(one, number)
            until(lambda: all(is_gone(child) for child in children))
            web.tell(signal.SIGCONT)

            assert web.ended() == 0
            assert "web_process_replaced" not in web.said.read_text()


class TestTheLogOfServe:
    @pytest.mark.parametrize("processes", [1, 2])
    def test_is_json_from_the_first_line_to_the_last(self, shop: Machine, processes: int):
        with shop.serving(processes) as web:
            web.tell(signal.SIGTERM)
            assert web.ended() == 0
            told = [json.loads(line) for line in web.said.read_text().splitlines()]

        assert told
        assert all({"event", "level", "timestamp"} <= line.keys() for line in told)
