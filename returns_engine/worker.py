"""The worker: runs the jobs that use cases enqueued, and what is due by the clock."""

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

import structlog
from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

from returns_engine.documents.logo import LogoError, read_logo
from returns_engine.documents.mail_logo import MailLogo, mail_logo
from returns_engine.documents.policy_file import set_policy
from returns_engine.gateways.clock import clock_from, read_offset
from returns_engine.gateways.job_queue.jobs import bring_forward
from returns_engine.gateways.mail.smtp_client import SmtpClient
from returns_engine.gateways.payments.from_settings import payment_gateway
from returns_engine.gateways.payments.stripe_client import StripeGateway
from returns_engine.gateways.webhook_receivers.http_client import WebhookClient
from returns_engine.jobs.catalog import JOBS, KnownJob
from returns_engine.jobs.schedules import SCHEDULES, Schedule
from returns_engine.jobs.tools import JobTools
from returns_engine.labels.confinement import TEMPLATES
from returns_engine.labels.elements import Template
from returns_engine.labels.template import QUARANTINE_LABEL, load_template
from returns_engine.queries.published_policies import PublishedPolicies, keeping_up
from returns_engine.settings import SettingError, Settings, variable
from returns_engine.tables.engine import connection, engine_at, transaction
from returns_engine.workflow.issue_label import LabelPrint

CONCURRENCY = 32
# A finished job that frees a lock does not wake the queue: chains of one lock wait for this.
POLL_SECONDS = 0.5
GRACE_SECONDS = 30.0
HEARTBEAT_SECONDS = 5.0
STALLED_AFTER_SECONDS = 20.0
AGAIN_AFTER_SECONDS = 1.0
_QUEUE_LOGGER = "procrastinate"

log = structlog.get_logger()


def job_tools(settings: Settings, payments: StripeGateway) -> JobTools:
    """Build what jobs need; raises SettingError, PolicyError or TemplateError."""
    clock = clock_from(settings)
    if settings.smtp_host is None:
        raise SettingError(
            "RETURNS_ENGINE_SMTP_HOST: the worker sends mail and needs a mail server;"
            " set it in the environment or in .env"
        )
    mail = SmtpClient(
        host=settings.smtp_host,
        port=settings.smtp_port,
        clock=clock,
        username=settings.smtp_user,
        password=settings.smtp_password,
        security=settings.smtp_security,
    )
    folder = settings.label_templates or TEMPLATES
    label = LabelPrint(
        merchant=settings.shop_name,
        contact=settings.contact,
        carrier=settings.return_carrier,
        account=settings.return_account,
        template=load_template(folder=folder),
        quarantine_template=_quarantine_template(folder),
    )
    return JobTools(
        settings=settings,
        policies=PublishedPolicies(set_policy(settings.policy)),
        clock=clock,
        payments=payments,
        mail=mail,
        logo=mail_logo_of(settings),
        receivers=WebhookClient(public_only=settings.mode == "production"),
        label=label,
    )


def mail_logo_of(settings: Settings) -> MailLogo | None:
    """Return the merchant's logo as mails carry it; raises SettingError for one they cannot."""
    if settings.logo is None:
        return None
    try:
        return mail_logo(read_logo(settings.logo))
    except LogoError as error:
        raise SettingError(f"{variable('logo')}: {error}") from None


def _quarantine_template(folder: Path) -> Template:
    # A merchant's own folder may be older than this kind of label.
    own = (folder / QUARANTINE_LABEL).exists()
    return load_template(QUARANTINE_LABEL, folder=folder if own else TEMPLATES)


def job_app(
    database_url: str, tools: JobTools, *, stalled_after: float = STALLED_AFTER_SECONDS
) -> App:
    """Return the queue with every job and schedule that `tools` can run."""
    app = App(connector=PsycopgConnector(conninfo=database_url))
    for name, job in JOBS.items():
        app.task(name=name, retry=RetryStrategy(max_attempts=job.tries, exponential_wait=2))(
            _bound(job, tools)
        )
    for schedule in SCHEDULES:
        _add_schedule(app, schedule, tools)
    _add_rescue(app, stalled_after)
    return app


def _bound(job: KnownJob, tools: JobTools) -> Callable[..., Awaitable[None]]:
    async def run(**arguments: Any) -> None:  # noqa: ANN401 - each job names its own
        await job.run(tools, **arguments)

    return run


def _add_schedule(app: App, schedule: Schedule, tools: JobTools) -> None:
    async def run(timestamp: int) -> None:  # noqa: ARG001 - the engine's clock counts, not the queue's
        await schedule.run(tools)

    app.periodic(cron=schedule.cron)(app.task(name=schedule.name, queueing_lock=schedule.name)(run))


def _add_rescue(app: App, stalled_after: float) -> None:
    async def rescue_stalled_jobs(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - given
        await rescue_stalled(context.app, stalled_after)

    task = app.task(
        name="rescue_stalled_jobs", queueing_lock="rescue_stalled_jobs", pass_context=True
    )
    # The sixth field is seconds: a refund of a worker that was killed waits half a minute at most.
    app.periodic(cron="* * * * * */10")(task(rescue_stalled_jobs))


async def rescue_stalled(app: App, stalled_after: float) -> None:
    """Give jobs of a worker that died to another; every job is harmless twice.

    One that took its worker down as often as it may be tried is dead. A schedule's is dropped: the
    next one comes by itself, and may wait in the queue already.
    """
    manager = app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=stalled_after):
        known = JOBS.get(job.task_name)
        log.warning("job_rescued", job=job.id, task=job.task_name, attempts=job.attempts)
        if known is None:
            await manager.finish_job(job, Status.ABORTED, delete_job=True)
        elif job.attempts >= known.tries:
            await manager.finish_job(job, Status.FAILED, delete_job=False)
        else:
            await manager.retry_job(job)


async def run_worker(settings: Settings, *, stalled_after: float = STALLED_AFTER_SECONDS) -> None:
    """Work until SIGTERM or SIGINT; running jobs are finished first. A second one ends all at once.

    A database that goes away is waited for. A worker that has not been heard of for
    `stalled_after` seconds is taken for dead.
    """
    if settings.database_url is None:
        raise RuntimeError("Give the worker settings that name a running database.")
    async with engine_at(settings.database_url), payment_gateway(settings) as payments:
        tools = job_tools(settings, payments)
        app = job_app(settings.database_url, tools, stalled_after=stalled_after)
        async with app.open_async(), keeping_up(tools.policies):
            watcher = asyncio.create_task(_watch_clock(settings, tools))
            try:
                await _work_until_told(lambda: _work(app, stalled_after))
            finally:
                watcher.cancel()
                with suppress(asyncio.CancelledError):
                    await watcher


async def _work(app: App, stalled_after: float) -> None:
    await app.run_worker_async(
        concurrency=CONCURRENCY,
        fetch_job_polling_interval=POLL_SECONDS,
        shutdown_graceful_timeout=GRACE_SECONDS,
        update_heartbeat_interval=min(HEARTBEAT_SECONDS, stalled_after / 4),
        stalled_worker_timeout=stalled_after,
        delete_jobs="successful",
        install_signal_handlers=False,
    )


async def _work_until_told(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Work until SIGTERM or SIGINT, and begin again whenever the queue gave up by itself.

    It does so when it loses its database, and without saying that anything is wrong: a supervisor
    that starts again what failed would not start it again.
    """
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, _tell, told)
    gave_up = _GivingUp()
    logging.getLogger(_QUEUE_LOGGER).addHandler(gave_up)
    while not told.is_set():
        gave_up.because.clear()
        working = loop.create_task(work())
        telling = loop.create_task(told.wait())
        try:
            await asyncio.wait({working, telling}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            telling.cancel()
            working.cancel()
            why = await _what_ended(working)
        if not told.is_set():
            log.error("worker_begins_again", because=why or gave_up.because)
            with suppress(TimeoutError):
                await asyncio.wait_for(told.wait(), AGAIN_AFTER_SECONDS)


async def _what_ended(working: asyncio.Task[None]) -> list[str]:
    """Return the kinds of the errors that the queue gave up for, the outer one first."""
    try:
        await working
    except asyncio.CancelledError:
        return []
    except ConnectorException as error:
        return _kinds_of(error)
    return []


def _kinds_of(error: BaseException | None) -> list[str]:
    kinds = []
    while error is not None:
        kinds.append(type(error).__qualname__)
        error = error.__cause__
    return kinds


class _GivingUp(logging.Handler):
    """Keeps the kinds of the errors that the queue stops for; it tells them to its log alone."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.because: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep those of the first of its side tasks that failed."""
        if getattr(record, "action", None) == "side_task_failed" and record.exc_info:
            self.because = self.because or _kinds_of(record.exc_info[1])


def _tell(told: asyncio.Event) -> None:
    if told.is_set():
        # As if it were killed: what it leaves in the midst is taken up by another.
        log.warning("worker_stops_at_once")
        os._exit(1)
    told.set()


async def _watch_clock(settings: Settings, tools: JobTools) -> None:
    """Run what is due as soon as the sandbox moves the engine's clock (demo and tests)."""
    if settings.clock_file is None:
        return
    offset = read_offset(settings.clock_file)
    while True:
        await asyncio.sleep(POLL_SECONDS)
        moved = read_offset(settings.clock_file)
        if moved != offset:
            offset = moved
            await run_due(tools)


async def run_due(tools: JobTools) -> None:
    """Run every schedule once, and let the jobs that wait for a moment now past run."""
    for schedule in SCHEDULES:
        try:
            await schedule.run(tools)
        except Exception:  # one schedule that fails must not keep the others from running
            log.exception("schedule_failed", schedule=schedule.name)
    async with transaction():
        await bring_forward(connection(), tools.clock())
