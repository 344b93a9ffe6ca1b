"""Deliberate breaks of the protocol, each a small change of the text of one or two files.

A change whose old text is no longer there fails its test: whoever moved the code writes it anew.
"""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from returns_engine.sandbox.fault_modes import Mode
from tests.faults.drawn.moods import Mood

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "returns_engine"
# What the copy needs beside the package, to be found before the one that is installed.
BESIDE = ("tests", "piccolo_conf.py")
_LEFT_OUT = shutil.ignore_patterns("assets", "static", "*.pyc")

WORKFLOW = "workflow"
EXECUTE = f"{WORKFLOW}/execute_refund.py"
HEAR = f"{WORKFLOW}/hear_provider.py"
STATES = "rules/lifecycle/refund_states.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One text of a file, and what stands there instead."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """A break of the protocol; `caught_as` are words of the invariants that may find it.

    `seed` is where chance begins, and `mood`, `mode` and `steps` narrow what it draws from: it
    needs no luck, but what is drawn nearer to the break finds it sooner.
    """

    name: str
    changes: tuple[Change, ...]
    caught_as: tuple[str, ...]
    seed: int = 1
    mood: Mood | None = None
    mode: Mode | None = None
    steps: int | None = None


class NoLongerApplies(AssertionError):  # noqa: N818 - named for what happened
    """The text that a mutation changes is not there, or more than once."""


def mutated_copy(into: Path, changes: tuple[Change, ...]) -> Path:
    """Copy the package with the changes made, and return the folder to run it from."""
    shutil.copytree(PACKAGE, into / PACKAGE.name, ignore=_LEFT_OUT, copy_function=os.link)
    for name in BESIDE:
        (into / name).symlink_to(ROOT / name)
    for change in changes:
        file = into / PACKAGE.name / change.file
        text = file.read_text("utf-8")
        found = text.count(change.old)
        if found != 1:
            raise NoLongerApplies(
                f"{change.file} holds the text to change {found} times, not once:\n{change.old}"
            )
        # A link to the file of the working tree: take it away first, write only then.
        file.unlink()
        file.write_text(text.replace(change.old, change.new), "utf-8")
    return into


def _one(file: str, old: str, new: str) -> tuple[Change, ...]:
    return (Change(file=file, old=old, new=new),)


PAID_AGAIN = "was paid "
PAID_THOUGH_FAILED = "and the money is under way"
NO_ANSWER = '{"last_error": NO_ANSWER}, NO_ANSWER'

MUTATIONS: Mapping[str, Mutation] = {
    mutation.name: mutation
    for mutation in (
        Mutation(
            name="random key per try",
            changes=(
                Change(
                    file="gateways/payments/stripe_client.py",
                    old='{"idempotency_key": order.idempotency_key}',
                    new='{"idempotency_key": f"{order.idempotency_key}:{time.time_ns()}"}',
                ),
                Change(
                    file="gateways/payments/stripe_client.py",
                    old="from collections.abc import AsyncIterator",
                    new="import time\nfrom collections.abc import AsyncIterator",
                ),
            ),
            caught_as=(PAID_AGAIN,),
        ),
        Mutation(
            name="row after the call",
            changes=(
                Change(
                    file=EXECUTE,
                    old="        order = await _commit_to_send(refund, now)\n",
                    new="        order = _order(refund)\n"
                    '        if refund.row["first_sent_at"] is None:\n'
                    "            order = replace(order, idempotency_key=str(uuid4()))\n",
                ),
                Change(file=EXECUTE, old="        await attempt.save()\n", new=""),
                Change(file=EXECUTE, old="attempt=attempt.id,", new="attempt=attempt,"),
                Change(
                    file=EXECUTE,
                    old="        await note_outcome(prepared.attempt, answer, now)\n",
                    new="        await prepared.attempt.save()\n"
                    "        await note_outcome(prepared.attempt.id, answer, now)\n"
                    '        if refund.state in _SENDING and refund.row["first_sent_at"] is None:\n'
                    '            refund.row["idempotency_key"] = prepared.order.idempotency_key\n'
                    "            await _commit_to_send(refund, now)\n",
                ),
                Change(
                    file=EXECUTE,
                    old='        "first_sent_at": now,\n',
                    new='        "first_sent_at": now,\n'
                    '        "idempotency_key": order.idempotency_key,\n',
                ),
                Change(
                    file=EXECUTE,
                    old="from dataclasses import dataclass\n",
                    new="from dataclasses import dataclass, replace\n",
                ),
                Change(file=EXECUTE, old="import UUID\n", new="import UUID, uuid4\n"),
            ),
            caught_as=(PAID_AGAIN,),
            seed=2,
            mood=Mood.DEATHS,
            # What has not arrived yet is not in the payment's sum, which would tell of it.
            mode=Mode.PENDING,
            steps=14,
        ),
        Mutation(
            name="timeout taken for failure",
            changes=_one(
                f"{WORKFLOW}/refund_answer.py",
                f"return RefundState.UNKNOWN, {NO_ANSWER}",
                f"return RefundState.FAILED, {NO_ANSWER}",
            ),
            caught_as=(PAID_THOUGH_FAILED,),
        ),
        Mutation(
            name="no list before the next generation",
            changes=(
                Change(
                    file=HEAR,
                    old='elif await hear_payment(row["reference"], payments, policy=policy,'
                    " now=clock()):",
                    new="else:",
                ),
                Change(
                    file=EXECUTE,
                    old='if is_first and due["generation"] > 1:',
                    new="if False:",
                ),
            ),
            caught_as=(PAID_AGAIN, PAID_THOUGH_FAILED),
            seed=1,
            mood=Mood.LONG_WAITS,
            mode=Mode.HTTP_500_DONE,
            steps=20,
        ),
        Mutation(
            name="webhook payload trusted",
            changes=(
                Change(
                    file=HEAR,
                    old='        await _hear_refund(event["object_id"], payments, policy, clock())',
                    new="        number = await next_reading()\n"
                    '        told = await payments.read_refund(event["object_id"])\n'
                    '        said = "failed" if event["type"] == "refund.failed" else "succeeded"\n'
                    "        told = replace(told, status=ProviderRefundStatus(said))\n"
                    "        await take_in_refund(told, reading=number, policy=policy,"
                    " now=clock())",
                ),
                Change(
                    file=HEAR,
                    old="from datetime import datetime, timedelta",
                    new="from dataclasses import replace\nfrom datetime import datetime, timedelta",
                ),
                Change(
                    file=HEAR,
                    old="    ProviderRefund,\n",
                    new="    ProviderRefund,\n    ProviderRefundStatus,\n",
                ),
            ),
            caught_as=("it never arrived", PAID_THOUGH_FAILED, "our books say"),
            seed=3,
            mood=Mood.FAULTS,
            mode=Mode.PENDING,
            steps=20,
        ),
        Mutation(
            name="dispute ignored",
            changes=_one(
                f"{WORKFLOW}/check_payment.py",
                '"disputed": told.amount_disputed,',
                '"disputed": 0,',
            ),
            caught_as=("disputed at the provider",),
        ),
        Mutation(
            name="lock dropped",
            changes=(
                Change(
                    file=f"{WORKFLOW}/refund_file.py",
                    old='await query.lock_rows("NO KEY UPDATE")',
                    new="await query",
                ),
                Change(
                    file=f"{WORKFLOW}/refund_file.py",
                    old="\nFOR NO KEY UPDATE OF o, p\n",
                    new="\n",
                ),
            ),
            # The database's own guard stands behind the lock, and says no in words of its own.
            caught_as=("captured", "refunds_within_payment", "more than the"),
            mood=Mood.MEETINGS,
        ),
        Mutation(
            name="monotone statuses",
            changes=_one(STATES, "    (_S.SUCCEEDED, _E.HEAR_FAILED): _S.FAILED,\n", ""),
            caught_as=("our books say succeeded",),
        ),
        Mutation(
            name="payment not compared",
            changes=_one(
                f"{WORKFLOW}/check_payment.py",
                "    mismatch = _mismatch(row, told)\n",
                "    mismatch = None\n",
            ),
            caught_as=("the provider has another payment",),
        ),
        Mutation(
            name="outside refunds not counted",
            changes=_one(
                f"{WORKFLOW}/take_in_refund.py",
                "        if refund_id is None:\n            await book_outside_refund(\n"
                "                told, cause=Cause.DASHBOARD, marked=None, reading=reading,"
                " now=now\n            )\n            return\n",
                "        if refund_id is None:\n            return\n",
            ),
            caught_as=("went back without us",),
        ),
        Mutation(
            name="held for good",
            changes=_one(
                f"{WORKFLOW}/check_payment.py",
                "    if _contested(row) and not _contested(after):\n",
                "    if False:\n",
            ),
            caught_as=("held for a dispute that is over",),
            mood=Mood.THE_BANK,
        ),
    )
}
