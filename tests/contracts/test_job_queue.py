"""What we take from Procrastinate's schema without its Python; an upgrade may change it."""

import psycopg

JOB_TO_DEFER = [
    ("queue_name", "character varying"),
    ("task_name", "character varying"),
    ("priority", "integer"),
    ("lock", "text"),
    ("queueing_lock", "text"),
    ("args", "jsonb"),
    ("scheduled_at", "timestamp with time zone"),
]
JOBS = {"id", "task_name", "args", "status", "scheduled_at", "queueing_lock"}


def _rows(database_url: str, statement: str) -> list[tuple]:
    with psycopg.connect(database_url) as connection:
        return connection.execute(statement).fetchall()


class TestTheJobQueue:
    def test_takes_jobs_of_the_shape_that_we_write(self, database_url: str):
        shape = _rows(
            database_url,
            "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid ="
            " 'procrastinate_job_to_defer_v1'::regclass AND attnum > 0 ORDER BY attnum",
        )
        assert shape == JOB_TO_DEFER

    def test_has_the_function_that_we_call(self, database_url: str):
        found = _rows(
            database_url,
            "SELECT pg_get_function_arguments(oid), pg_get_function_result(oid) FROM pg_proc"
            " WHERE proname = 'procrastinate_defer_jobs_v1'",
        )
        assert found == [("jobs procrastinate_job_to_defer_v1[]", "bigint[]")]

    def test_has_the_function_that_tries_a_dead_job_again(self, database_url: str):
        ((takes,),) = _rows(
            database_url,
            "SELECT pg_get_function_arguments(oid) FROM pg_proc"
            " WHERE proname = 'procrastinate_retry_job_v2'",
        )
        assert takes == (
            "job_id bigint, retry_at timestamp with time zone, new_priority integer,"
            " new_queue_name character varying, new_lock character varying"
        )

    def test_keeps_jobs_in_the_columns_and_states_that_we_read(self, database_url: str):
        columns = _rows(
            database_url,
            "SELECT attname FROM pg_attribute"
            " WHERE attrelid = 'procrastinate_jobs'::regclass AND attnum > 0",
        )
        states = _rows(database_url, "SELECT unnest(enum_range(NULL::procrastinate_job_status))")
        assert {name for (name,) in columns} >= JOBS
        assert {state for (state,) in states} >= {"todo", "doing", "failed"}
