"""What a report is: its meaning in words, one statement, and how its rows are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from returns_engine.rules.words import Role
from returns_engine.texts.words import mark

EVERYTHING = frozenset({Role.MANAGER, Role.ADMINISTRATOR})
"""The roles that see every report."""


class Basis(StrEnum):
    """The date by which a report takes something into its period."""

    REQUEST = "request"
    ORDER = "order"
    PRODUCTION = "production"
    INSPECTION = "inspection"
    SETTLEMENT = "settlement"
    GIVING = "giving"
    PROMISE = "promise"
    COMPARISON = "comparison"


BASES: Mapping[Basis, str] = {
    Basis.REQUEST: mark("by the day the return was requested"),
    Basis.ORDER: mark("by the day the order was placed"),
    Basis.PRODUCTION: mark("by the day production of the order began"),
    Basis.INSPECTION: mark("by the day the bench inspected"),
    Basis.SETTLEMENT: mark("by the day of settlement: when it was owed, and when it was sent"),
    Basis.GIVING: mark("by the day of settlement: when it was sent to the customer"),
    Basis.PROMISE: mark("by the day on which the promise was due"),
    Basis.COMPARISON: mark("by the day on which the comparison began"),
}


class Kind(StrEnum):
    """How the value of a column is read."""

    TEXT = "text"
    DAY = "day"
    COUNT = "count"
    MONEY = "money"  # minor units of the row's `currency`
    SHARE = "share"  # thousandths, shown as percent
    HOURS = "hours"  # seconds, shown in hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: `name` in the rows and in the CSV, `title` for people.

    `words` names what its codes mean; a code without a word is shown as it is, and nothing (NULL)
    as `none`.
    """

    name: str
    title: str
    kind: Kind = Kind.TEXT
    words: Mapping[str, str] | None = None
    none: str = mark("not known")


class Shape(StrEnum):
    """The form of a chart."""

    BARS = "bars"
    STACKED = "stacked"
    LINES = "lines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """What is drawn: for each value of column `label`, the columns `values`.

    With `series`, one line or part of a bar for each value of that column. Money is drawn by
    currency, a chart for each.
    """

    shape: Shape
    label: str
    values: tuple[str, ...]
    series: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report at `/admin/reports/{slug}`.

    `meaning` says in a sentence what is counted. `sql` may name {since} and {before}, the moments
    from which and before which the period is; {zone}, the merchant's by name; {step}, by what the
    period is divided (day, week or month, or always by `step`); and {now}. Rows of a report of
    more than `longest` days would take too long to count.
    """

    slug: str
    name: str
    meaning: str
    basis: Basis
    roles: frozenset[Role]
    sql: str
    columns: tuple[Column, ...]
    chart: Chart
    step: str | None = None
    longest: int | None = None
    empty: str = mark("Nothing falls into these days.")

    @property
    def seen_by(self) -> frozenset[Role]:
        """Return the roles that may open it."""
        return EVERYTHING | self.roles

    def column(self, name: str) -> Column:
        """Return the column with this name."""
        return next(column for column in self.columns if column.name == name)
