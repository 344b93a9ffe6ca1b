"""A decision as the JSON that the HTTP API and the command line answer with."""

from datetime import UTC, datetime

from returns_engine.rules.decision import Decision, Estimate, Finding, LineDecision, Window


def decision_json(decision: Decision) -> dict[str, object]:
    """Return the decision in the contract's shape and order, dates as ISO 8601 texts."""
    return {
        "as_of": _moment(decision.as_of),
        "policy": {"id": decision.policy_id, "version": decision.policy_version},
        "verdict": decision.verdict.value,
        "lines": [_line(line) for line in decision.lines],
        "refund_estimate": estimate_json(decision.refund_estimate),
    }


def _line(line: LineDecision) -> dict[str, object]:
    return {
        "line_id": line.line_id,
        "quantity": line.quantity,
        **_why(line),
        "verdict": line.verdict.value,
        "resolutions": [resolution.value for resolution in line.resolutions],
        "window": _window(line.window),
        "photos_required": line.photos_required,
        "postage": line.postage,
        # Said only where it is so: nobody need send these back.
        **({"keep_item": True} if line.keep_item else {}),
        "rules": [_finding(finding) for finding in line.rules],
        "alternatives": [
            {"kind": other.kind, "last_day": other.last_day.isoformat()}
            for other in line.alternatives
        ],
    }


def _why(line: LineDecision) -> dict[str, object]:
    if line.cause is not None:
        return {"cause": line.cause.value}
    return {"reason": line.reason.value if line.reason else None}


def _window(window: Window | None) -> dict[str, object] | None:
    if window is None:
        return None
    return {
        "starts_on": window.starts_on.isoformat(),
        "last_day": window.last_day.isoformat(),
        "day": window.day,
        "of": window.of,
        "evidence": window.evidence.value,
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "outcome": finding.outcome.value,
        "code": finding.code,
        "clause": finding.clause,
        "says": finding.says,
        "because": finding.because,
    }


def estimate_json(estimate: Estimate | None) -> dict[str, object] | None:
    """Return an estimate in the contract's shape, amounts in minor units."""
    if estimate is None:
        return None
    return {
        "items": estimate.items,
        "tax": estimate.tax,
        "shipping": estimate.shipping,
        "fees": estimate.fees,
        "total": estimate.total,
        "currency": estimate.currency,
    }


def told_estimate(estimate: Estimate | None) -> dict[str, object] | None:
    """Return an estimate for pages and letters: in the contract's shape, with the discount."""
    told = estimate_json(estimate)
    if estimate is None or told is None:
        return None
    return told | {"price": estimate.price, "discount": estimate.discount}


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
