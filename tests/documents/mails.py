"""Mails as the programs of customers and the servers on the way write them."""

from email.message import EmailMessage
from email.policy import SMTP

OURS = "<4b6f0f6e-8a52-4a39-9a61-6f1f2b1c7d11@ekrauto.com>"
QUOTED = (
    "On Sat, Mar 28, 2026 at 1:02 PM EKR <aftersales@ekrauto.com> wrote:\n\n"
    "> Which seam came open?\n>\n> EKR\n"
)
OUTLOOK = (
    "________________________________\n"
    "From: EKR <aftersales@ekrauto.com>\n"
    "Sent: Saturday, March 28, 2026 1:02 PM\n"
    "To: Dana Reyes <dana@example.com>\n"
    "Subject: A question about your return\n\n"
    "Hello Dana,\nWhich seam came open?\n"
)


def a_mail(text: str | None = "The left one.\n", **headers: str) -> EmailMessage:
    """A mail from the customer; a header's dashes are written `_`."""
    mail = EmailMessage()
    fields = {
        "From": "Dana Reyes <dana@example.com>",
        "To": "aftersales@ekrauto.com",
        "Subject": "Re: A question about your return",
        "Message_ID": "<first@example.com>",
        "Date": "Sat, 28 Mar 2026 13:05:00 -0500",
    } | headers
    for name, value in fields.items():
        if value:
            mail[name.replace("_", "-")] = value
    if text is not None:
        mail.set_content(text)
    return mail


def raw(mail: EmailMessage) -> bytes:
    return mail.as_bytes(policy=SMTP)


def a_bounce(
    about: str = OURS, action: str = "failed", status: str = "5.1.1", *, whole: bool = True
) -> bytes:
    """A delivery report (RFC 3464) that brings the mail back, or its headers alone."""
    back = "message/rfc822" if whole else "text/rfc822-headers"
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.com (Mail Delivery System)
To: aftersales@ekrauto.com
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce-1@mx.example.com>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; dana@example.com
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <dana@example.com>: no such user

--B
Content-Type: {back}

From: EKR <aftersales@ekrauto.com>
To: dana@example.com
Subject: Your label
Message-ID: {about}

Hello Dana,
--B--
""".replace("\n", "\r\n").encode()
