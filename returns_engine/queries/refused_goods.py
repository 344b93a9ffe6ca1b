"""What was refused of a return, and which of its goods wait here to go home."""

from collections.abc import Mapping
from typing import Any

from returns_engine.rules.lifecycle.appeal import Against


def refused_so_far(case: Mapping[str, Any]) -> list[str]:
    """Return what the customer can appeal against, in the words of the lifecycle."""
    if case["state"] == "declined":
        return [Against.DECLINED]
    rejected = any(line["rejected"] > line["disposed"] for line in case["lines"])
    return [Against.REJECTION] if rejected else [Against.LOWERED]


def rejected_waiting(case: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rejected units still here, by order line: its title, reason, and units."""
    found: dict[str, dict[str, Any]] = {}
    for line in case["lines"]:
        waiting = line["rejected"] - line["sent_back"] - line["disposed"]
        if waiting:
            entry = {"line_id": line["line_id"], "title": line["title"], "units": 0}
            entry["reason"] = line.get("reason")
            found.setdefault(line["line_id"], entry)["units"] += waiting
    return list(found.values())
