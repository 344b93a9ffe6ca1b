"""A mail that came to us, as far as the engine cares."""

from dataclasses import dataclass


class UnreadableMail(Exception):  # noqa: N818 - named for what was given
    """What was given is no mail: it has no header, or is built so that it cannot be taken apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """What a mail server says about a mail of ours that it could not deliver.

    `failed` is False for one that is only late. `status` is the enhanced status code (RFC 3463)
    or "", `says` the server's own words; `mails` are the Message-IDs it can be about.
    """

    failed: bool
    status: str
    says: str
    mails: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What the sender wrote themselves, without what was quoted; `cut` characters are left out."""

    text: str
    cut: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class IncomingMail:
    """One mail.

    `sender` is the one address in From, in small letters, or None where there is none or several.
    `answers` are the Message-IDs it refers to, the nearest first. `pictures` are files that say
    they are images; `left_out` names all other files. `automatic` mails were written by a program.
    """

    message_id: str
    sender: str | None
    addressed_to: tuple[str, ...]
    subject: str
    answers: tuple[str, ...]
    words: Words
    pictures: tuple[tuple[str, bytes], ...]
    left_out: tuple[str, ...]
    automatic: bool
    bounce: Bounce | None
