"""Mails that no person wrote: answers of programs, and what mail servers report."""

import re
from collections.abc import Iterator
from email import message_from_string
from email.message import EmailMessage, Message

from returns_engine.documents.incoming_mail.cleaning import clean_line
from returns_engine.documents.incoming_mail.headers import (
    answered_mails,
    header,
    message_ids,
)
from returns_engine.documents.incoming_mail.mail import Bounce

_BULK = frozenset({"bulk", "junk", "list", "auto_reply", "auto-reply"})
_ROBOTS = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply")
# Some mail servers write their own name where the sender of a report is nobody.
_NOBODY = frozenset({"<>", "<mailer-daemon>"})
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_LONGEST_SAYING = 180


def is_automatic(mail: EmailMessage) -> bool:
    """Tell whether a program wrote this: RFC 3834, and the signs that were used before it."""
    said = header(mail, "Auto-Submitted").casefold()
    return (
        said.partition(";")[0].strip() not in {"", "no"}
        or header(mail, "Precedence").casefold() in _BULK
        or any(name in mail for name in _ROBOTS)
        or header(mail, "Return-Path").casefold() in _NOBODY
        or mail.get_content_type() == "multipart/report"
    )


def bounce_of(mail: EmailMessage) -> Bounce | None:
    """Return what a mail server reports of a mail of ours (RFC 3464), or None."""
    if _reports_delivery(mail):
        reports = [dict(_fields(block)) for block in _blocks(mail)]
        failed = [report for report in reports if report.get("action") == "failed"]
        told = (failed or reports or [{}])[0]
        says = told.get("diagnostic-code", "").partition(";")[2] or told.get("diagnostic-code", "")
        status = _STATUS.search(told.get("status", ""))
        return Bounce(
            failed=bool(failed),
            status=status.group() if status else "",
            says=clean_line(says)[:_LONGEST_SAYING],
            mails=tuple(dict.fromkeys((*_returned(mail), *answered_mails(mail)))),
        )
    if "X-Failed-Recipients" in mail:
        return Bounce(failed=True, status="", says="", mails=answered_mails(mail))
    return None


def _reports_delivery(mail: EmailMessage) -> bool:
    kind = str(mail.get_param("report-type", "")).casefold()
    return mail.get_content_type() == "multipart/report" and kind == "delivery-status"


def _blocks(mail: EmailMessage) -> Iterator[Message]:
    """Give the blocks of a report: the first is about the mail, the others about each address."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status" and part.is_multipart():
            yield from (block for block in part.get_payload() if isinstance(block, Message))


def _fields(block: Message) -> Iterator[tuple[str, str]]:
    for name, value in block.items():
        text = clean_line(str(value))
        yield name.casefold(), text.casefold() if name.casefold() == "action" else text


def _returned(mail: EmailMessage) -> Iterator[str]:
    """Give the Message-IDs of the mail, or of its headers, that the report brings back."""
    for part in mail.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822" and part.is_multipart():
            for inner in part.get_payload():
                if isinstance(inner, Message):
                    yield from message_ids(str(inner["Message-ID"] or ""))
        elif kind in {"text/rfc822-headers", "message/rfc822-headers"}:
            text = part.get_payload(decode=True)
            headers = text.decode("utf-8", "replace") if isinstance(text, bytes) else ""
            returned = message_from_string(headers, policy=part.policy)
            yield from message_ids(str(returned["Message-ID"] or ""))
