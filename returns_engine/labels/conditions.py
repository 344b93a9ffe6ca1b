"""What the sheet asks of the goods and promises for them, by the clauses of each line."""

from collections.abc import Sequence

from returns_engine.labels.content import LabelLine
from returns_engine.rules.label_clauses import AS_RECEIVED, MONEY, by_lines
from returns_engine.rules.policy import Policy
from returns_engine.texts.localized import Texts


def conditions_of(lines: Sequence[LabelLine], policy: Policy, texts: Texts) -> tuple[str, ...]:
    """Return the policy's sentences; those that hold for some lines alone name them."""
    told = []
    for clauses, places in by_lines([line.clauses for line in lines]):
        says = " ".join(policy.says_in(clause, texts.language) for clause in clauses)
        if len(places) < len(lines):
            named = [f"{lines[place].quantity} × {lines[place].title}" for place in places]
            says = texts.gettext("For %(items)s: %(says)s", items=texts.sequence(named), says=says)
        told.append(says)
    return tuple(told)


def packing_note(lines: Sequence[LabelLine], texts: Texts) -> str:
    """Return how to pack: as it was received where the condition decides, else safely alone."""
    decides = {AS_RECEIVED in line.clauses for line in lines}
    if decides == {True}:
        return texts.gettext(
            "Pack the items as you received them, with tags and original packaging."
        )
    if decides == {False}:
        return texts.gettext(
            "Pack the items so that nothing more happens to them on the way. They need neither"
            " tags nor original packaging."
        )
    return texts.gettext(
        "Pack the items so that nothing more happens to them on the way. The conditions say which"
        " of them must come with tags and original packaging."
    )


def receipt_note(lines: Sequence[LabelLine], texts: Texts) -> str:
    """Return until when the receipt of the counter is worth keeping: whatever follows is there."""
    paid = {not clauses.isdisjoint(MONEY) for clauses in (set(line.clauses) for line in lines)}
    if paid == {True}:
        return texts.gettext("Keep the receipt until your money is back.")
    if paid == {False}:
        return texts.gettext("Keep the receipt until your replacement is with you.")
    return texts.gettext("Keep the receipt until your money and your replacement are with you.")
