"""Which orders a CSV file had already: kept on disk, so that memory does not grow with the file."""

import sqlite3


class EarlierOrders:
    """Remember at which row each order began, in a temporary database that nobody else sees."""

    def __init__(self) -> None:
        # Threads take turns here, one batch at a time.
        self._rows = sqlite3.connect("", check_same_thread=False, isolation_level=None)
        self._rows.execute("PRAGMA journal_mode = OFF")
        self._rows.execute("CREATE TABLE began (number BLOB PRIMARY KEY, row INT) WITHOUT ROWID")

    def __call__(self, number: str, row: int) -> int | None:
        """Note the row where an order begins; return that where it began before, if it did."""
        # A number that is not UTF-8 is refused later on, and must not end the import before.
        key = number.encode("utf-8", "surrogateescape")
        done = self._rows.execute("INSERT OR IGNORE INTO began VALUES (?, ?)", (key, row))
        if done.rowcount:
            return None
        found = self._rows.execute("SELECT row FROM began WHERE number = ?", (key,))
        before: int = found.fetchone()[0]
        return before

    def close(self) -> None:
        """Forget all of it."""
        self._rows.close()
