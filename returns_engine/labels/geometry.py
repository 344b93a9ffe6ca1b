"""Where things stand on paper: papers in points, boxes by their distances from the edges in mm."""

from dataclasses import dataclass

POINTS_PER_MM = 72 / 25.4

# The territories where letters are written on Letter, after Unicode's CLDR, and the islands that
# use the mail of the United States.
LETTER_COUNTRIES = frozenset(
    "AS BZ CA CL CO CR GT GU MP MX NI PA PH PR SV UM US VE VI".split()  # noqa: SIM905 - reads better
)


@dataclass(frozen=True, slots=True)
class Paper:
    """The size of a page in points."""

    width: float
    height: float

    def __str__(self) -> str:
        """Return the size in mm, for messages."""
        return f"{self.width / POINTS_PER_MM:.1f} x {self.height / POINTS_PER_MM:.1f} mm"


FOUR_BY_SIX = Paper(288, 432)
LETTER = Paper(612, 792)
A4 = Paper(210 * POINTS_PER_MM, 297 * POINTS_PER_MM)
PAPERS: dict[str, tuple[Paper, ...]] = {
    "4x6in": (FOUR_BY_SIX,),
    "letter": (LETTER,),
    "a4": (A4,),
    "letter_or_a4": (LETTER, A4),
}


def paper_for(country: str, papers: tuple[Paper, ...]) -> Paper:
    """Return the paper that people in the country have: Letter where it is used, else A4."""
    wanted = LETTER if country.upper() in LETTER_COUNTRIES else A4
    return wanted if wanted in papers else papers[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A place on a page in points, from the top left corner."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Span:
    """One direction of a place in mm: two of the distance before, the size, the distance after."""

    before: float | None
    size: float | None
    after: float | None

    def on(self, whole: float) -> tuple[float, float]:
        """Return start and size in points on a page of `whole` points."""
        if self.size is None:
            before, after = self.before or 0.0, self.after or 0.0
            return before * POINTS_PER_MM, whole - (before + after) * POINTS_PER_MM
        size = self.size * POINTS_PER_MM
        if self.before is None:
            return whole - (self.after or 0.0) * POINTS_PER_MM - size, size
        return self.before * POINTS_PER_MM, size


@dataclass(frozen=True, slots=True)
class Place:
    """Where an element stands, whatever the paper."""

    across: Span
    down: Span

    def on(self, paper: Paper) -> Box:
        """Return the box on a paper."""
        left, width = self.across.on(paper.width)
        top, height = self.down.on(paper.height)
        return Box(left=left, top=top, width=width, height=height)
