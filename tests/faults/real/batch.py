"""Several histories at once: chaos for some seconds, then the faults end and all comes to rest."""

import asyncio
import time
from random import Random
from typing import Any

import httpx
import psycopg

from returns_engine.tables.engine import engine_at
from tests.faults.real.oracle import check_account, check_record, check_story
from tests.faults.real.script import (
    CHAOS_SECONDS,
    Disaster,
    disasters,
    history_script,
    weather,
)
from tests.faults.real.setting import APPROVERS, Setting
from tests.faults.real.story import PRICE, Story, begin_story

REST_WITHIN = 240.0
DAY = 26 * 3600
STEP = 180
MONEY_JOBS = ("execute_refund", "ask_about", "hear_provider")

_UNSENT = """
SELECT count(*) FROM refunds WHERE state = 'approved' OR state = 'submitting' AND EXISTS (
    SELECT FROM procrastinate_jobs WHERE task_name = 'execute_refund' AND status <> 'succeeded'
    AND args->>'refund_id' = refunds.id::text)
"""
_UNRESTED = """
SELECT 'a refund is ' || state || ', ' || coalesce(last_error, 'no error') || ', ' || id
FROM refunds WHERE state NOT IN ('succeeded', 'failed')
UNION ALL
SELECT 'a job is ' || status || ', tried ' || attempts || ' times: ' || task_name || ' ' || args
FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND task_name = ANY(%s)
UNION ALL
SELECT 'nobody heard of ' || type || ' ' || event_id FROM webhook_inbox WHERE handled_at IS NULL
"""


async def play_batch(setting: Setting, seed: int, batch: int, numbers: range) -> None:
    """Play the histories of these numbers together, and check each; raises AssertionError."""
    await setting.bank.post("/_test/seed", json={"seed": seed + batch})
    async with engine_at(setting.postgres.url, pool_size=4):
        stories = [
            await begin_story(setting, number, history_script(seed, number)) for number in numbers
        ]
    for fault in weather(seed, batch):
        (await setting.bank.post("/_test/faults", json=fault)).raise_for_status()
    draw = Random(f"{seed}/people/{batch}")  # noqa: S311 - a history that can be repeated
    async with asyncio.TaskGroup() as everything:
        for story in stories:
            everything.create_task(story.play(setting, draw))
        everything.create_task(_hit(setting, disasters(seed, batch, setting.crew.names)))
        everything.create_task(_change_minds(setting, stories))
    await _most_was_sent(setting, stories)
    await _come_to_rest(setting, stories)
    async with engine_at(setting.postgres.url, pool_size=2):
        for story in stories:
            await check_story(setting, story)
        await check_account(setting)
        await check_record()


async def _hit(setting: Setting, hits: list[Disaster]) -> None:
    started = time.monotonic()
    for hit in hits:
        await asyncio.sleep(max(0.0, hit.at - (time.monotonic() - started)))
        if hit.what == "crash the database":
            await asyncio.to_thread(setting.postgres.restart, hit.seconds)
        elif hit.what == "move the clock":
            await setting.later(hit.seconds)
        else:
            setting.crew.kill(hit.what.removeprefix("kill "))


async def _change_minds(setting: Setting, stories: list[Story]) -> None:
    until = time.monotonic() + CHAOS_SECONDS
    while time.monotonic() < until:
        await asyncio.sleep(1.5)
        for story in stories:
            await story.live_on(setting)


async def _most_was_sent(setting: Setting, stories: list[Story]) -> None:
    """Let the faults go on until few refunds wait for their first try, but not for ever."""
    until = time.monotonic() + CHAOS_SECONDS
    refunds = sum(len(story.refunds) for story in stories)
    while time.monotonic() < until:
        with psycopg.connect(setting.postgres.url) as connection:
            [unsent] = connection.execute(_UNSENT).fetchone() or (0,)
        if unsent <= refunds // 10:
            return
        await asyncio.sleep(0.3)


async def _come_to_rest(setting: Setting, stories: list[Story]) -> None:
    """End the faults, and let time pass until nothing waits any more."""
    (await setting.bank.delete("/_test/faults")).raise_for_status()
    await setting.control("webhooks/release")
    await setting.crew.ready()
    for story in stories:
        await story.live_on(setting)
    until = time.monotonic() + REST_WITHIN
    for step in range(10_000):
        for story in stories:
            await story.come_to_rest(setting)
        await _approve_what_waited(setting, stories)
        await _release_what_was_kept(setting, stories)
        await _try_failed_again(setting, stories)
        # A day must pass: what is late has come then, and keys are forgotten.
        await setting.later(DAY if step % 4 == 1 else STEP)
        await asyncio.sleep(0.7)
        waits = await asyncio.to_thread(_what_waits, setting, stories)
        if step > 2 and not waits:
            return
        assert time.monotonic() < until, "No rest:\n" + "\n".join(waits)


async def _approve_what_waited(setting: Setting, stories: list[Story]) -> None:
    """Let finance approve what nobody could while a dispute of its payment was open."""
    refunds = [refund for story in stories for refund in story.refunds]
    for refund in await asyncio.to_thread(_in_state, setting, "proposed", refunds):
        try:
            answer = await setting.decide(APPROVERS[0], refund, "approve", amount=PRICE)
        except httpx.TransportError:
            continue
        allowed = answer.is_success or answer.status_code == httpx.codes.CONFLICT
        assert allowed, f"{answer.status_code} {answer.text}"


async def _release_what_was_kept(setting: Setting, stories: list[Story]) -> None:
    """Let finance send what was approved before a dispute was lost; the rest is refused."""
    lost = [story for story in stories if story.script.beside == "dispute lost"]
    refunds = [refund for story in lost for refund in story.refunds]
    for refund in await asyncio.to_thread(_in_state, setting, "approved", refunds):
        try:
            answer = await setting.decide(APPROVERS[0], refund, "release")
        except httpx.TransportError:
            continue
        allowed = answer.is_success or answer.status_code == httpx.codes.CONFLICT
        assert allowed, f"{answer.status_code} {answer.text}"


async def _try_failed_again(setting: Setting, stories: list[Story]) -> None:
    """Let finance try again what failed; what a dispute took is not paid twice, and is refused."""
    owner = {refund: story for story in stories for refund in story.refunds}
    for refund in await asyncio.to_thread(_failed, setting, list(owner)):
        story = owner[refund]
        if story.script.beside == "dispute lost":
            if refund in story.given_up:
                continue
            story.given_up.add(refund)
        try:
            answer = await setting.decide(APPROVERS[0], refund, "retry")
        except httpx.TransportError:
            continue
        allowed = answer.is_success or answer.status_code == httpx.codes.CONFLICT
        assert allowed, f"{answer.status_code} {answer.text}"


def _what_waits(setting: Setting, stories: list[Story]) -> list[str]:
    """Say in sentences what has not come to rest; a refund that can be tried again neither."""
    lasting = [r for s in stories if s.script.beside != "dispute lost" for r in s.refunds]
    with psycopg.connect(setting.postgres.url) as connection:
        waits = [row[0] for row in connection.execute(_UNRESTED, [list(MONEY_JOBS)])]
    return waits + [f"refund {refund} failed" for refund in _failed(setting, lasting)]


def _failed(setting: Setting, refunds: list[str]) -> list[str]:
    return _in_state(setting, "failed", refunds)


def _in_state(setting: Setting, state: str, refunds: list[str]) -> list[str]:
    with psycopg.connect(setting.postgres.url) as connection:
        found: list[tuple[Any, ...]] = connection.execute(
            "SELECT id::text FROM refunds WHERE state = %s AND id::text = ANY(%s)",
            [state, refunds],
        ).fetchall()
        return [row[0] for row in found]
