"""The policy's checks as a form sends them: each passed, failed, or nobody looked at it."""

from collections.abc import Mapping, Sequence

from admin.forms import SentForm

_PASSES, _FAILS = "check", "fails"


def checks_in(form: SentForm, checks: Sequence[str], row: str = "") -> dict[str, bool]:
    """Return which of `checks` passed; one that nobody looked at is left out.

    `row` ends the names of the fields: `-0`. What is said to pass and to fail failed.
    """
    passed, failed = set(form.texts(_PASSES + row)), set(form.texts(_FAILS + row))
    return {check: check not in failed for check in checks if check in passed | failed}


def ticked_in(form: SentForm | None) -> Mapping[str, set[str]]:
    """Return the boxes that were ticked by the names of their fields, to be shown again."""
    if form is None:
        return {}
    names = {name for name in form.fields if name.startswith((_PASSES, _FAILS))}
    return {name: set(form.texts(name)) for name in names}
