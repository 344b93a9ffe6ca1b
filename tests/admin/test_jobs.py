"""The jobs that died: what each was to do, and trying it again."""

from returns_engine.rules.words import Role
from tests.admin.conftest import StaffSide
from tests.admin.dead_jobs import a_dead_job
from tests.admin.test_messages import our_mail
from tests.workflow.shop import rows, value


class TestAJobThatDied:
    async def test_says_what_it_was_to_do_and_about_what(self, staff: StaffSide):
        number = await staff.open_return()
        mail = await our_mail(number, state="refused", error="550 5.1.1 no such user dana@x.test")
        job = await a_dead_job("send_message", message_id=mail)
        await a_dead_job("sweep_refunds")
        person = await staff.signed_in("ada", Role.ADMINISTRATOR)

        await person.open("/admin/jobs")

        assert "Send a mail" in person.text
        assert f"send_message · {job}" in person.text
        assert "8 tries" in person.text
        assert number in person.text
        assert "550 5.1.1" in person.text
        assert "dana@x.test" not in person.text
        assert f'href="/admin/returns/{number}"' not in person.text
        assert "comes again by itself" in person.text
        assert "It stands in the worker" in person.text

    async def test_is_tried_again_by_a_button_and_on_record(self, staff: StaffSide):
        job = await a_dead_job("reconcile")
        person = await staff.signed_in("ada", Role.ADMINISTRATOR)
        await person.open("/admin/jobs")

        await person.send(f"/admin/jobs/{job}/requeue")

        assert "It is tried again." in person.text
        assert "No job died." in person.text
        assert await value("SELECT status::text FROM procrastinate_jobs") == "todo"
        (event,) = await rows("SELECT actor_id FROM events WHERE type = 'job.requeued'")
        assert event["actor_id"] == str(staff.people["ada"])

    async def test_is_left_where_somebody_was_faster(self, staff: StaffSide):
        job = await a_dead_job("reconcile")
        person = await staff.signed_in("mona", Role.MANAGER)
        await person.open("/admin/jobs")
        await rows("UPDATE procrastinate_jobs SET status = 'doing'")

        await person.send(f"/admin/jobs/{job}/requeue")

        assert "this job is not dead any more" in person.text

    async def test_is_counted_once_however_often_it_died(self, staff: StaffSide):
        await a_dead_job("reconcile")
        person = await staff.signed_in("mona", Role.MANAGER)

        await person.open("/admin")

        figure = person.text.split('href="/admin/jobs"')[-1]
        assert '<span class="figure-number">1</span>' in figure.split("</a>")[0]
