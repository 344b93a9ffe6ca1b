"""Every job by its name, and how often it is tried before it counts as dead."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from returns_engine.jobs import (
    ask_about,
    clear_payout,
    execute_refund,
    hear_provider,
    hold_cancellation,
    issue_certificate,
    issue_credit_note,
    issue_label,
    look_at_payment,
    print_quarantine_label,
    reconcile,
    release_hold,
    send_message,
    send_webhook,
    send_webhook_later,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownJob:
    """A job; tried `tries` times, the pause doubling each time, then kept as dead."""

    run: Callable[..., Awaitable[None]]
    tries: int


JOBS = {
    "ask_about": KnownJob(run=ask_about.run, tries=8),
    "clear_payout": KnownJob(run=clear_payout.run, tries=8),
    "execute_refund": KnownJob(run=execute_refund.run, tries=8),
    "hear_provider": KnownJob(run=hear_provider.run, tries=10),
    "hold_cancellation": KnownJob(run=hold_cancellation.run, tries=8),
    "issue_certificate": KnownJob(run=issue_certificate.run, tries=5),
    "issue_credit_note": KnownJob(run=issue_credit_note.run, tries=10),
    "issue_label": KnownJob(run=issue_label.run, tries=3),
    "look_at_payment": KnownJob(run=look_at_payment.run, tries=8),
    "print_quarantine_label": KnownJob(run=print_quarantine_label.run, tries=3),
    "reconcile": KnownJob(run=reconcile.run, tries=3),
    "release_hold": KnownJob(run=release_hold.run, tries=8),
    "send_message": KnownJob(run=send_message.run, tries=10),
    "send_webhook": KnownJob(run=send_webhook.run, tries=5),
    "send_webhook_later": KnownJob(run=send_webhook_later.run, tries=5),
}
