"""Print rows under each other, and go on to another page where one is full."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from returns_engine.labels.content import LabelContent
from returns_engine.labels.elements import Column, Flow, Row, column_places
from returns_engine.labels.fields import repeated_values
from returns_engine.labels.geometry import POINTS_PER_MM, Box, Paper
from returns_engine.labels.printing import Printer
from returns_engine.labels.text import Setting

RULE_GAP = 1.2 * POINTS_PER_MM
RULE_THICKNESS = 0.15 * POINTS_PER_MM


@dataclass(frozen=True, slots=True, kw_only=True)
class SetColumn:
    """A column with its text set: `left` and `width` in points, from the flow's left edge."""

    column: Column
    setting: Setting
    left: float
    width: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SetRow:
    """A row with its texts set; `gap` stands above it unless it is the first of a page."""

    row: Row
    columns: tuple[SetColumn, ...]

    @property
    def gap(self) -> float:
        """Return the room above in points."""
        return self.row.gap * POINTS_PER_MM

    @property
    def height(self) -> float:
        """Return the height in points, with the line below but without the gap above."""
        tallest = max(column.setting.height for column in self.columns)
        return tallest + (RULE_GAP + RULE_THICKNESS if self.row.ruled else 0)


def print_flow(
    printer: Printer, flow: Flow, paper: Paper, content: LabelContent, turn_page: Callable[[], None]
) -> None:
    """Print all rows of a flow, turning the page where a block does not fit any more."""
    box = flow.place.on(paper)
    used = 0.0
    for block in _blocks(_set_rows(printer, flow, box, content), box.height):
        if used and used + _height(block) > box.height:
            turn_page()
            used = 0.0
        for row in block:
            used += row.gap if used else 0.0
            _print_row(printer, row, box, box.top + used)
            used += row.height


def _set_rows(printer: Printer, flow: Flow, box: Box, content: LabelContent) -> Iterator[SetRow]:
    for row in flow.rows:
        if content.postage not in row.postages:
            continue
        places = column_places(row.columns, box.width, flow.gutter)
        for values in repeated_values(content, row.each):
            columns = tuple(
                _set_column(printer, column, place, box, values)
                for column, place in zip(row.columns, places, strict=True)
            )
            yield SetRow(row=row, columns=columns)


def _set_column(
    printer: Printer,
    column: Column,
    place: tuple[float, float],
    box: Box,
    values: Mapping[str, str],
) -> SetColumn:
    left, width = place
    room = box.height - RULE_GAP - RULE_THICKNESS
    inside = Box(left=left, top=0, width=width, height=room)
    setting = printer.set(column.words, column.style, inside, column.key, values)
    return SetColumn(column=column, setting=setting, left=left, width=width)


def _blocks(rows: Iterator[SetRow], room: float) -> Iterator[list[SetRow]]:
    """Yield rows that stay on one page; rows that together are taller than a page come apart."""
    block: list[SetRow] = []
    for row in rows:
        block.append(row)
        if not row.row.keep_with_next:
            yield from [block] if _height(block) <= room else [[row] for row in block]
            block = []
    if block:
        yield block


def _height(block: list[SetRow]) -> float:
    return sum(row.gap + row.height for row in block)


def _print_row(printer: Printer, row: SetRow, box: Box, top: float) -> None:
    for column in row.columns:
        place = Box(
            left=box.left + column.left,
            top=top,
            width=column.width,
            height=column.setting.height,
        )
        printer.write(column.setting, column.column.style, place)
    if row.row.ruled:
        line = top + row.height - RULE_THICKNESS
        printer.sheets.fill(
            Box(left=box.left, top=line, width=box.width, height=RULE_THICKNESS), "gray"
        )
