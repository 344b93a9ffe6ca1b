"""The words of an HTML mail, with what it quotes marked as plain text marks it."""

from html.parser import HTMLParser

LONGEST_HTML = 500_000
_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript"})
_BLOCKS = frozenset(
    {
        *("address", "article", "blockquote", "body", "center", "div", "dd", "dl", "dt", "footer"),
        *("form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p"),
        *("pre", "section", "table", "tr", "ul"),
    }
)


def words_of_html(html: str) -> str:
    """Return what people would read, line by line; a quotation's lines begin with `> `."""
    reader = _Reader()
    reader.feed(html[:LONGEST_HTML])
    reader.close()
    return reader.words()


class _Reader(HTMLParser):
    """Writes text, a line for each block; links keep their words alone."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[str] = []
        self._line = ""
        self._unseen = self._quoted = 0

    def words(self) -> str:
        """Return all that was read."""
        self._end_line()
        return "\n".join(self._lines)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - its place in the standard library
        """Begin a line with a block."""
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "br":
            self._end_line()
        elif tag in _BLOCKS:
            self._end_line(if_any=True)
            self._quoted += tag == "blockquote"
            self._line = "- " if tag == "li" else ""

    def handle_endtag(self, tag: str) -> None:
        """End the line with its block."""
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag in _BLOCKS:
            self._end_line(if_any=True)
            if tag == "blockquote":
                self._quoted = max(0, self._quoted - 1)
            if tag == "p":
                self._end_line()

    def handle_data(self, data: str) -> None:
        """Take words, their spaces as a browser shows them."""
        if not self._unseen:
            self._line += data

    def _end_line(self, *, if_any: bool = False) -> None:
        line = " ".join(self._line.split())
        self._line = ""
        if line or not if_any:
            self._lines.append("> " * self._quoted + line)
