"""Rules that a form sets aside: each in a row of its own, with why."""

from admin.forms import SentForm
from returns_engine.documents.request import OverrideDocument
from returns_engine.rules.words import RuleName
from returns_engine.texts.words import mark
from returns_engine.workflow.refusals import refuse_field

_ROW = "override_reason"
_WHY = mark("Say why the rule is set aside; finance reads it.")


def overrides_in(form: SentForm, *, all_of_them: bool) -> list[OverrideDocument]:
    """Return the rules that were given a reason, in the form's order; none of a form without rows.

    Raises Unprocessable `missing` by row where there is no reason at all, or, for `all_of_them`,
    where one is missing.
    """
    found = []
    without = []
    for row, rule in enumerate(form.texts("rule")):
        reason = form.text(f"{_ROW}-{row}")
        line_id, _, name = rule.rpartition("/")
        if not reason or not line_id or name not in set(RuleName):
            without.append(row)
        else:
            found.append(OverrideDocument(line_id=line_id, rule=RuleName(name), reason=reason))
    if without and (all_of_them or not found):
        raise refuse_field("missing", _WHY, f"/rules/{without[0]}/{_ROW}")
    return found
