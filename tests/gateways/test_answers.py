import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from returns_engine.gateways.payments.answers import DEFINITE_CODES, answer_of, cause_of
from returns_engine.gateways.payments.gateway import KeyConflict, Refused, Unanswered

STATUSES = st.one_of(st.none(), st.integers(min_value=200, max_value=599))
WORDS = st.one_of(st.none(), st.text(max_size=30), st.sampled_from(sorted(DEFINITE_CODES)))


def an_error(status, code=None, param=None):
    return stripe.InvalidRequestError("no", param, code, http_status=status)


class TestAnAnswerIsDefinite:
    @pytest.mark.parametrize("code", sorted(DEFINITE_CODES))
    def test_where_stripe_names_a_reason_that_we_know(self, code):
        assert isinstance(answer_of(an_error(400, code)), Refused)

    def test_where_stripe_names_no_reason_but_the_parameter(self):
        assert isinstance(answer_of(an_error(400, None, "amount")), Refused)

    @pytest.mark.parametrize("status", [401, 403])
    def test_where_our_key_has_no_right(self, status):
        assert isinstance(answer_of(stripe.AuthenticationError("no", None, status)), Refused)


class TestAnAnswerIsOpen:
    @pytest.mark.parametrize(
        "error",
        [
            an_error(400),
            an_error(400, "a_code_of_next_year"),
            an_error(404),
            an_error(409, "idempotency_key_in_use"),
            stripe.APIError("broken", None, 200),
            stripe.APIError("broken", None, 500),
            stripe.APIError("broken", None, 503),
            stripe.RateLimitError("later", None, 429),
            stripe.APIConnectionError("silence"),
        ],
    )
    def test_where_it_is_not_known_to_be_definite(self, error):
        assert isinstance(answer_of(error), Unanswered)

    def test_and_may_be_saved_after_a_breakdown_alone(self):
        assert answer_of(stripe.APIError("broken", None, 500)).may_be_saved
        assert not answer_of(stripe.APIError("broken", None, 502)).may_be_saved
        assert not answer_of(stripe.APIConnectionError("silence")).may_be_saved


class TestEveryError:
    @given(status=STATUSES, code=WORDS, param=WORDS)
    def test_has_an_answer_and_is_a_no_only_below_500(self, status, code, param):
        answer = answer_of(an_error(status, code, param))

        assert isinstance(answer, Refused | Unanswered)
        assert isinstance(answer, Unanswered) or status in (400, 401, 402, 403, 404)

    def test_about_a_key_used_for_something_else_is_a_conflict(self):
        assert isinstance(answer_of(stripe.IdempotencyError("other", None, 400)), KeyConflict)

    def test_is_told_without_the_providers_text(self):
        error = stripe.APIError("sk_test_secret of dana@example.com", None, 500)

        assert cause_of(error) == "APIError with HTTP 500"
