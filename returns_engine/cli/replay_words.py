"""A replay of the policy, and the history of its versions, in words for a terminal."""

from collections.abc import Iterable, Mapping
from typing import Any

from returns_engine.rules.money.money import decimal_text

_SHOWN = 20


def replay_words(report: Mapping[str, Any]) -> str:
    """Return what a replay found, the newest flips named one by one."""
    return "\n".join([*_counted(report), *_left_out(report), *_named(report)])


def _counted(report: Mapping[str, Any]) -> Iterable[str]:
    yield (
        f"Policy {report['policy']['id']}, version {report['policy']['version']}:"
        f" {report['flipped']} of {report['decisions']} decisions would have been others."
    )
    for way in report["from_to"]:
        yield f"  {way['from']} -> {way['to']}: {way['decisions']}"
    for sum_ in report["money"]:
        more = "more" if sum_["difference"] >= 0 else "less"
        amount = decimal_text(abs(sum_["difference"]), sum_["currency"])
        yield f"  {amount} {sum_['currency']} {more} would have gone back"
    for title, name in (
        ("clause", "by_clause"),
        ("reason", "by_reason"),
        ("product", "by_product"),
    ):
        word = "sku" if title == "product" else title
        if report[name]:
            most = ", ".join(f"{one[word] or 'none'} {one['lines']}" for one in report[name][:5])
            yield f"  by {title}: {most}"


def _left_out(report: Mapping[str, Any]) -> Iterable[str]:
    if report["unknown_version"]:
        yield (
            f"{report['unknown_version']} were decided by a version that was never published, and"
            " are left out: name its file with --decided-by."
        )
    if report["unreadable"]:
        yield f"{report['unreadable']} are left out: their facts cannot be read any more."
    if report["not_reproduced"]:
        yield (
            f"{report['not_reproduced']} would be decided otherwise today under their own version"
            " too: the engine changed, not the policy."
        )


def _named(report: Mapping[str, Any]) -> Iterable[str]:
    for flip in report["flips"][:_SHOWN]:
        before, after = (
            decimal_text(flip[which], flip["currency"]) for which in ("refund_from", "refund_to")
        )
        yield (
            f"{flip['as_of'][:10]}  {flip['return_number'] or flip['order_number']}"
            f"  {flip['from']} -> {flip['to']}  {before} -> {after} {flip['currency']}"
        )
        for line in flip["lines"]:
            yield f"    {line['line_id']} ({line['reason']}): {line['clause']}: {line['because']}"
    if report["flipped"] > _SHOWN:
        yield f"and {report['flipped'] - _SHOWN} more; --json lists up to {len(report['flips'])}."


def history_words(versions: Iterable[Mapping[str, Any]], in_force: int | None) -> str:
    """Return the versions, the newest first; the one in force is marked."""
    return "\n".join(_version(one, in_force) for one in versions) or (
        "No version was published yet: the policy file is in force for all orders."
    )


def _version(one: Mapping[str, Any], in_force: int | None) -> str:
    since = one["in_force_from"] or "the beginning"
    marked = "  (in force)" if one["version"] == in_force else ""
    lines = [f"{one['id']} {one['version']}, for orders placed from {since}{marked}"]
    by = f" by {one['published_by']}" if one["published_by"] else ""
    lines.append(f"  published {one['published_at']}{by}")
    if one["note"]:
        lines.append(f"  {one['note']}")
    if one["decisions"] is not None:
        lines.append(f"  flipped {one['flipped']} of {one['decisions']} past decisions")
    return "\n".join(lines)
