from dataclasses import replace

import pytest

from returns_engine.documents.policy_file import load_policy
from returns_engine.rules.policy import Clause
from returns_engine.rules.policy_subjects import Subject, chapters, subject_of

POLICY = load_policy(None)


class TestTheChaptersOfAPolicy:
    def test_hold_every_clause_once(self):
        read = [clause for chapter in chapters(POLICY) for clause in chapter.clauses]

        assert sorted(clause.clause_id for clause in read) == sorted(POLICY.clauses)

    def test_come_in_the_order_of_reading(self):
        assert [chapter.subject for chapter in chapters(POLICY)] == list(Subject)

    def test_take_in_a_clause_of_the_merchants_own(self):
        own = Clause(clause_id="pets.hair", says="No hair.", source="reading", statements=())
        policy = replace(POLICY, clauses={"pets.hair": own})

        (only,) = chapters(policy)
        assert (only.subject, only.clauses) == (Subject.ANSWERS, (own,))

    @pytest.mark.parametrize(
        ("clause_id", "subject"),
        [
            ("return.window", Subject.WHAT),
            ("return.window.unknown", Subject.ANSWERS),
            ("return.condition.tags", Subject.CONDITION),
            ("return.label.reminder", Subject.SENDING),
            ("exchange", Subject.MONEY),
        ],
    )
    def test_are_found_by_how_an_id_begins(self, clause_id: str, subject: Subject):
        assert subject_of(clause_id) is subject
