"""Draw on a PDF page: points from the top left corner, edges on whole printer dots."""

import io
from collections.abc import Iterable, Sequence

from PIL import Image
from reportlab.lib.utils import ImageReader  # type: ignore[import-untyped]  # no annotations
from reportlab.pdfgen.canvas import Canvas  # type: ignore[import-untyped]  # no annotations

from returns_engine.labels.fonts import FONT_LOCK, Glyph, runs
from returns_engine.labels.geometry import POINTS_PER_MM, Box, Paper

POINTS_PER_INCH = 72
# A thousandth of a printer dot.
HAIR = 0.001
GRAYS = {"black": 0.0, "gray": 0.4, "light": 0.93, "white": 1.0}

# Left, top, width and height in printer dots, from the top left corner of the page.
Rectangle = tuple[int, int, int, int]


class Sheets:
    """The pages of one PDF; the same calls give the same bytes."""

    def __init__(self, *, dpi: int, title: str, author: str, language: str = "en") -> None:
        self._buffer = io.BytesIO()
        self._canvas = Canvas(self._buffer, pageCompression=1, invariant=1, lang=language)
        self._canvas.setTitle(title)
        self._canvas.setAuthor(author)
        self._canvas.setCreator("")
        self._dot = POINTS_PER_INCH / dpi
        self._height = 0.0
        self._open = False

    def start_page(self, paper: Paper) -> None:
        """Begin a page of the given paper."""
        if self._open:
            self._canvas.showPage()
        self._open = True
        self._canvas.setPageSize((paper.width, paper.height))
        self._height = paper.height

    def finish(self) -> bytes:
        """Return the PDF."""
        with FONT_LOCK:
            self._canvas.save()
        return self._buffer.getvalue()

    def dots(self, points: float) -> int:
        """Return the nearest whole number of printer dots."""
        return round(points / self._dot)

    def fill(self, box: Box, color: str = "black") -> None:
        """Fill a rectangle whose edges are moved to the nearest dots; at least one dot each way."""
        left, top = self.dots(box.left), self.dots(box.top)
        right = max(self.dots(box.left + box.width), left + 1)
        bottom = max(self.dots(box.top + box.height), top + 1)
        self.fill_apart([(left, top, right - left, bottom - top)], color)

    def fill_apart(self, rectangles: Iterable[Rectangle], color: str = "black") -> None:
        """Fill rectangles that do not touch, such as bars, each exactly on its dots."""
        # A lone rectangle is rounded outwards, on screen and by printers: one whose edge is a
        # millionth of a dot too far out would get a dot too many.
        self._canvas.setFillGray(GRAYS[color])
        for left, top, width, height in rectangles:
            self._canvas.rect(
                (left + HAIR) * self._dot,
                self._height - (top + height - HAIR) * self._dot,
                (width - 2 * HAIR) * self._dot,
                (height - 2 * HAIR) * self._dot,
                stroke=0,
                fill=1,
            )

    def fill_together(self, rectangles: Iterable[Rectangle], color: str = "black") -> None:
        """Fill rectangles that touch, such as modules, as one path, so that no seam shows."""
        # A path's edges are cut down to fractions of a dot: a hair more keeps them on the dot.
        path = self._canvas.beginPath()
        for left, top, width, height in rectangles:
            bottom = self._height - (top + height + HAIR) * self._dot
            path.rect((left + HAIR) * self._dot, bottom, width * self._dot, height * self._dot)
        self._canvas.setFillGray(GRAYS[color])
        self._canvas.drawPath(path, stroke=0, fill=1)

    def dash(self, box: Box, thickness: float, color: str) -> None:
        """Draw a dashed line along a box that has no height or no width."""
        self._canvas.setLineWidth(thickness)
        self._canvas.setStrokeGray(GRAYS[color])
        self._canvas.setDash(2 * POINTS_PER_MM, 1.5 * POINTS_PER_MM)
        top = self._height - box.top
        self._canvas.line(box.left, top, box.left + box.width, top - box.height)
        self._canvas.setDash()

    def write(self, line: Sequence[Glyph], left: float, baseline: float, size: float) -> None:
        """Write glyphs from `left` on; `baseline` is measured from the top of the page."""
        text = self._canvas.beginText(left, self._height - baseline)
        for run in runs(line):
            text.setFont(run.font, size)
            text.textOut(run.text)
        self._canvas.drawText(text)

    def color(self, color: str) -> None:
        """Choose the color of what is written next."""
        self._canvas.setFillGray(GRAYS[color])

    def picture(self, image: Image.Image, box: Box) -> None:
        """Draw a picture in the middle of a box, as large as fits, in its own proportions."""
        scale = min(box.width / image.width, box.height / image.height)
        width, height = image.width * scale, image.height * scale
        left = box.left + (box.width - width) / 2
        bottom = self._height - box.top - (box.height + height) / 2
        self._canvas.drawImage(ImageReader(image), left, bottom, width, height)
