"""What the embedded PostgreSQL says when it cannot be had."""


class EmbeddedPostgresError(Exception):
    """The embedded PostgreSQL cannot start or stop; the sentence says what to do about it."""
