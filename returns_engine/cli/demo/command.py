"""`returns-engine demo`: everything on this machine, with nothing configured."""

import asyncio
import json
import os
import secrets
import sys
import threading
from typing import Any

import rich_click as click

from returns_engine.cli.demo.once import Walk
from returns_engine.cli.demo.parts import Demo, here, running_demo, told_to_stop
from returns_engine.cli.demo.seed import demo_keys, logins, seed
from returns_engine.cli.demo.seed_choices import seed_choices
from returns_engine.cli.demo.seed_webhooks import seed_webhooks
from returns_engine.cli.surroundings import ENV_FILE, as_wrong_input, json_option
from returns_engine.documents.policy_file import set_policy
from returns_engine.queries.audit import verify_chains
from returns_engine.sandbox.sample_order import SampleOrder
from returns_engine.settings import read_setting
from returns_engine.tables.engine import engine_at


@click.command(epilog="Examples: returns-engine demo · returns-engine demo --once --json")
@click.option("--once", is_flag=True, help="Walk one return through the API, then exit.")
@json_option
def command(*, once: bool, as_json: bool) -> None:
    """Run database, sandbox, mailbox, web and worker here; Ctrl-C stops all of it."""
    told_to_stop()
    try:
        with as_wrong_input(), running_demo(here(), ENV_FILE) as demo:
            orders = asyncio.run(_seed(demo))
            if once:
                facts = asyncio.run(_once(demo, as_json=as_json))
                click.echo(json.dumps(facts) if as_json else f"Audit: {facts['audit_ok']}")
                sys.exit(0 if facts["audit_ok"] else 1)
            _print(demo, orders, as_json=as_json)
            threading.Event().wait()
    except KeyboardInterrupt:
        click.echo("Stopped.", err=True)


async def _seed(demo: Demo) -> list[SampleOrder]:
    async with engine_at(demo.database_url, pool_size=2):
        orders = await seed(demo.sandbox.address, demo.clock())
        policy = set_policy(read_setting("policy", os.environ, ENV_FILE))
        await seed_choices(policy, demo.clock())
        await seed_webhooks(demo.sandbox, demo.clock())
        return orders


async def _once(demo: Demo, *, as_json: bool) -> dict[str, Any]:
    async with engine_at(demo.database_url, pool_size=2):
        walk = Walk(
            api=demo.api,
            sandbox=demo.sandbox.address,
            folder=demo.data_dir,
            keys=await demo_keys(f"once-{secrets.token_hex(4)}", demo.clock()),
            now=demo.clock(),
            say=lambda words: click.echo(words, err=as_json),
        )
        facts = await walk.run()
        report = await verify_chains()
    return {**facts, "audit_ok": report.ok}


def _facts(demo: Demo, orders: list[SampleOrder]) -> dict[str, Any]:
    return {
        "api": demo.api,
        "portal": f"{demo.web}/",
        "admin": f"{demo.web}/admin",
        "data": f"{demo.web}/admin/data/",
        "sandbox": demo.sandbox.address,
        "mailbox": demo.sandbox.address,
        "webhooks": demo.sandbox.webhooks_received,
        "database_url": demo.database_url,
        "logins": logins(),
        "orders": [
            {"order_number": order.number, "email": order.email, "good_for": order.good_for}
            for order in orders
        ],
    }


def _print(demo: Demo, orders: list[SampleOrder], *, as_json: bool) -> None:
    facts = _facts(demo, orders)
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False))
        return
    names = ("portal", "admin", "data", "api", "sandbox", "mailbox", "webhooks")
    lines = [f"  {name:8} {facts[name]}" for name in names]
    lines[5] += "/messages"
    people = [f"  {one['role']:14} {one['email']:20} {one['password']}" for one in facts["logins"]]
    samples = [
        f"  {one['order_number']:9} {one['email']:24} {one['good_for']}" for one in facts["orders"]
    ]
    click.echo(
        "\n".join(
            [
                "The returns engine runs here:",
                *lines,
                "\nSign in at the admin as",
                *people,
                "\nOrders to try in the portal (codes arrive in the mailbox)",
                *samples,
                "\nTry a policy on what was decided here: returns-engine policy replay FILE",
                "\nCtrl-C stops it; what you did is kept for the next time.",
            ]
        )
    )
