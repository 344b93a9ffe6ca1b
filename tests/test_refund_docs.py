"""docs/refunds.md tells of every state, and of every word that can stand beside a refund."""

import re
from pathlib import Path

import pytest

from admin.money_words import MISMATCHES, OUTSIDE_CAUSES, REFUND_ERRORS
from admin.refunds.troubles import TROUBLES
from returns_engine.rules.lifecycle.refund_states import RefundState
from returns_engine.rules.money.payment_check import Mismatch
from returns_engine.rules.way_back import ManualReason
from returns_engine.tables.reconciliations import ReconciliationLine
from returns_engine.workflow.block_refund import Block
from returns_engine.workflow.book_outside_refund import Cause

ROOT = Path(__file__).parents[1]
DOCS = (ROOT / "docs" / "refunds.md").read_text(encoding="utf-8")
_ERROR = re.compile(r'log\.(?:error|exception)\(\s*"(\w+)"')
_SUBJECTS = ("refund", "payment", "dispute", "credit_note")


def alerts() -> set[str]:
    """What the use cases write into the log as an error, of money."""
    files = (ROOT / "returns_engine" / "workflow").glob("*.py")
    found = {word for file in files for word in _ERROR.findall(file.read_text(encoding="utf-8"))}
    return {word for word in found if word.startswith(_SUBJECTS)}


def lines_of_reconciliation() -> set[str]:
    (check,) = [
        one.condition
        for one in ReconciliationLine._meta.constraints  # noqa: SLF001 - Piccolo's way to the checks
        if hasattr(one, "condition") and "another_system" in one.condition
    ]
    return set(re.findall(r"'(\w+)'", check))


WORDS = {
    "states": set(RefundState),
    "reasons why nothing is sent": set(Block) | set(REFUND_ERRORS),
    "mismatches": set(Mismatch) | set(MISMATCHES),
    "troubles of the desk": set(TROUBLES),
    "payments by hand": set(ManualReason),
    "refunds made outside": set(Cause) | set(OUTSIDE_CAUSES),
    "alerts": alerts(),
    "lines of reconciliation": lines_of_reconciliation(),
}


@pytest.mark.parametrize("kind", list(WORDS))
def test_the_page_describes_all(kind: str):
    missing = {str(word) for word in WORDS[kind] if f"`{word}`" not in DOCS}

    assert WORDS[kind]
    assert missing == set()


def test_each_state_has_a_line_that_says_what_to_do():
    rows = [line.split("|") for line in DOCS.splitlines() if line.startswith("| `")]
    known = {row[1].strip().strip("`"): row for row in rows if len(row) == 6}

    assert set(RefundState) <= set(known)
    assert all(known[state][4].strip() for state in RefundState)
