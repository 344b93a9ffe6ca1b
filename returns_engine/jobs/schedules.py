"""What happens by the clock; each is harmless twice."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from returns_engine.gateways.anchor_store.folder import AnchorFolder
from returns_engine.gateways.anchor_store.key_file import KEY_FILE, key_made_in
from returns_engine.gateways.clock import system_clock
from returns_engine.gateways.photo_store.chosen import photo_store_from
from returns_engine.jobs.tools import JobTools
from returns_engine.workflow.anchor_record import anchor_record
from returns_engine.workflow.close_outstanding import close_overdue
from returns_engine.workflow.end_choices import default_choices, end_waits, remind_of_choices
from returns_engine.workflow.erase_after_retention import erase_after_retention
from returns_engine.workflow.erase_strays import erase_stray_mails, erase_stray_parcels
from returns_engine.workflow.expire_labels import expire_labels
from returns_engine.workflow.forget_what_is_over import forget_what_is_over
from returns_engine.workflow.note_broken_promises import note_broken_promises
from returns_engine.workflow.purge_photos import purge_photos
from returns_engine.workflow.reconcile import reconcile_daily
from returns_engine.workflow.remind_of_labels import remind_of_labels
from returns_engine.workflow.sweep import (
    sweep_inbox,
    sweep_labels,
    sweep_parcels,
    sweep_refunds,
    sweep_succeeded,
)
from returns_engine.workflow.sweep_mails import sweep_mails
from returns_engine.workflow.sweep_papers import sweep_certificates, sweep_credit_notes
from returns_engine.workflow.sweep_payments import sweep_payments
from returns_engine.workflow.sweep_webhooks import forget_webhooks, sweep_webhooks


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """A job that the worker runs again and again; `cron` has five fields, UTC."""

    name: str
    cron: str
    run: Callable[[JobTools], Awaitable[object]]


async def _anchor(tools: JobTools) -> None:
    settings = tools.settings
    key = settings.anchor_key or key_made_in(settings.data_dir / KEY_FILE)
    await anchor_record(folder=AnchorFolder(settings.anchors), key=key, now=tools.clock())


async def _erase(tools: JobTools) -> None:
    days, now = tools.settings.retention_days, tools.clock()
    photos = photo_store_from(tools.settings)
    await erase_after_retention(days=days, policy=tools.policy, photos=photos, now=now)
    await erase_stray_parcels(days=days, photos=photos, now=now)
    await erase_stray_mails(days=days, now=now)


async def _remove_photos(tools: JobTools) -> None:
    photos = photo_store_from(tools.settings)
    await purge_photos(photos=photos, now=tools.clock(), files_now=system_clock())


SCHEDULES = (
    Schedule(
        name="forget_what_is_over",
        cron="17 * * * *",
        run=lambda tools: forget_what_is_over(now=tools.clock()),
    ),
    Schedule(
        name="sweep_refunds", cron="* * * * *", run=lambda tools: sweep_refunds(now=tools.clock())
    ),
    Schedule(
        name="sweep_succeeded",
        cron="*/5 * * * *",
        run=lambda tools: sweep_succeeded(now=tools.clock()),
    ),
    Schedule(
        name="sweep_payments",
        cron="*/15 * * * *",
        run=lambda tools: sweep_payments(now=tools.clock()),
    ),
    Schedule(
        name="sweep_inbox", cron="* * * * *", run=lambda tools: sweep_inbox(now=tools.clock())
    ),
    Schedule(
        name="sweep_labels", cron="* * * * *", run=lambda tools: sweep_labels(now=tools.clock())
    ),
    Schedule(
        name="sweep_parcels", cron="* * * * *", run=lambda tools: sweep_parcels(now=tools.clock())
    ),
    Schedule(
        name="sweep_credit_notes",
        cron="*/5 * * * *",
        run=lambda tools: sweep_credit_notes(now=tools.clock()),
    ),
    Schedule(
        name="sweep_certificates",
        cron="*/5 * * * *",
        run=lambda tools: sweep_certificates(now=tools.clock()),
    ),
    Schedule(
        name="sweep_mails", cron="*/5 * * * *", run=lambda tools: sweep_mails(now=tools.clock())
    ),
    Schedule(
        name="sweep_webhooks", cron="* * * * *", run=lambda tools: sweep_webhooks(now=tools.clock())
    ),
    Schedule(
        name="forget_webhooks",
        cron="47 * * * *",
        run=lambda tools: forget_webhooks(now=tools.clock()),
    ),
    Schedule(
        name="expire_labels", cron="*/5 * * * *", run=lambda tools: expire_labels(now=tools.clock())
    ),
    Schedule(
        name="remind_of_labels",
        cron="*/15 * * * *",
        run=lambda tools: remind_of_labels(policy=tools.policy, now=tools.clock()),
    ),
    Schedule(
        name="note_broken_promises",
        cron="*/5 * * * *",
        run=lambda tools: note_broken_promises(now=tools.clock()),
    ),
    Schedule(
        name="close_overdue",
        cron="*/5 * * * *",
        run=lambda tools: close_overdue(policy=tools.policy, now=tools.clock()),
    ),
    # Once a day; while the provider is away, again every quarter of an hour.
    Schedule(
        name="reconcile_daily",
        cron="*/15 * * * *",
        run=lambda tools: reconcile_daily(
            payments=tools.payments, policy=tools.policy, clock=tools.clock
        ),
    ),
    Schedule(name="anchor_record", cron="7 0 * * *", run=_anchor),
    Schedule(
        name="remind_of_choices",
        cron="*/5 * * * *",
        run=lambda tools: remind_of_choices(policy=tools.policy, now=tools.clock()),
    ),
    Schedule(name="end_waits", cron="*/5 * * * *", run=lambda tools: end_waits(now=tools.clock())),
    Schedule(
        name="default_choices",
        cron="* * * * *",
        run=lambda tools: default_choices(policy=tools.policy, now=tools.clock()),
    ),
    Schedule(name="erase_after_retention", cron="27 * * * *", run=_erase),
    Schedule(name="remove_unused_photos", cron="37 1 * * *", run=_remove_photos),
)
