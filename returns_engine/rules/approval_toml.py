"""Read from a policy file who may approve how much."""

import re

from returns_engine.rules.approval import ApprovalTerms
from returns_engine.rules.toml_table import TomlTable
from returns_engine.rules.words import ROLE_SCOPES, Role, Scope

_MOST = 10**9
_CURRENCY = re.compile(r"[A-Z]{3}")


def read_approval(table: TomlTable) -> ApprovalTerms:
    """Return the terms that `table` holds; each role that approves has a limit of its own."""
    approving = [role for role in Role if Scope.REFUNDS_APPROVE in ROLE_SCOPES[role]]
    up_to = table.table("up_to")
    terms = ApprovalTerms(
        second_above=table.whole("second_above", 0, _MOST),
        up_to={role: up_to.whole(role, 1, _MOST) for role in approving},
        batch_up_to=table.whole("batch_up_to", 0, _MOST),
        opinion_above=table.whole("second_opinion_above", 0, _MOST),
        weights=_weights(table.table("weights")),
    )
    up_to.finish()
    table.finish()
    return terms


def _weights(table: TomlTable) -> dict[str, int]:
    weights = {}
    for key in table.remaining():
        if not _CURRENCY.fullmatch(key):
            raise table.refuse(key, "a currency as three capital letters, such as JPY", key)
        weights[key] = table.whole(key, 1, _MOST)
    return weights
