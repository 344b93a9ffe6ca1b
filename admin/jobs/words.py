"""What the staff reads of jobs that died; the ids are the English texts."""

from collections.abc import Mapping

from returns_engine.texts.words import mark

TASKS: Mapping[str, str] = {
    "ask_about": mark("Ask the provider about a refund"),
    "clear_payout": mark("Ask the provider before a person pays a refund"),
    "execute_refund": mark("Send a refund"),
    "hear_provider": mark("Take in what the provider told us"),
    "hold_cancellation": mark("See whether a canceled order was shipped"),
    "issue_certificate": mark("Issue a certificate"),
    "issue_credit_note": mark("Issue a credit note"),
    "issue_label": mark("Print a return label"),
    "look_at_payment": mark("Read a payment at the provider"),
    "print_quarantine_label": mark("Print a quarantine label"),
    "reconcile": mark("Compare our books with the provider"),
    "release_hold": mark("Let a refund go on after a dispute"),
    "send_message": mark("Send a mail"),
    "send_webhook": mark("Tell a program"),
    "send_webhook_later": mark("Tell a program once more"),
}
"""What each was to do; a task that is not here is work by the clock, and comes again by itself."""

SAID: Mapping[str, str] = {
    "again": mark("It is tried again. Load the page again in a moment: if it is here, it failed."),
    "job_not_dead": mark("Nothing was changed: this job is not dead any more."),
    "job_waits_already": mark("Nothing was changed: another like it waits, and does the same."),
}
