import pytest

from tests.query_plans import read_whole


@pytest.fixture
def plans(empty_database):
    """What is wrong with the plan of a statement."""
    return lambda text: read_whole(empty_database, {text: "somewhere.py"})


class TestAPlan:
    def test_may_find_rows_by_an_index(self, plans):
        assert plans("SELECT * FROM orders WHERE number = $1") == []

    def test_may_not_read_a_growing_table_whole(self, plans):
        assert plans("SELECT * FROM orders WHERE channel = $1") == [
            "somewhere.py reads all of orders:\nSELECT * FROM orders WHERE channel = $1"
        ]

    def test_may_not_do_so_in_a_part_of_it(self, plans):
        hidden = "SELECT (SELECT count(*) FROM orders WHERE channel = $1) AS of_this_channel"

        assert len(plans(hidden)) == 1

    def test_may_read_a_small_table_whole(self, plans):
        assert plans("SELECT * FROM warehouses") == []

    def test_may_not_go_through_an_index_from_end_to_end(self, plans):
        assert (
            len(plans("SELECT channel, count(*) FROM orders WHERE channel <> $1 GROUP BY 1")) == 1
        )
        assert len(plans("SELECT * FROM returns WHERE NOT late ORDER BY id DESC LIMIT $1")) == 1

    def test_may_take_the_first_rows_along_an_index(self, plans):
        assert plans("SELECT * FROM returns ORDER BY id DESC LIMIT $1") == []

    def test_may_go_through_an_index_of_the_few_that_wait(self, plans):
        assert plans("SELECT count(*) FROM messages WHERE state = 'queued'") == []

    def test_may_not_go_through_an_index_of_nearly_all(self, plans):
        assert len(plans("SELECT count(*) FROM orders WHERE erased_at IS NULL")) == 1
