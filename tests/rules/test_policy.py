from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_engine.documents.policy_file import load_policy
from returns_engine.rules.policy import CLAUSES, PolicyError
from returns_engine.rules.policy_toml import read_policy
from returns_engine.rules.words import ItemKind, Reason

TEXT = (files("returns_engine") / "policies" / "ekr.toml").read_text(encoding="utf-8")


def refusal(old, new, text=TEXT):
    assert old in text
    with pytest.raises(PolicyError) as refused:
        read_policy(text.replace(old, new, 1), "shop.toml")
    return str(refused.value)


class TestTheMerchantsPolicy:
    def test_is_the_packaged_one_where_none_is_named(self):
        policy = load_policy(None)

        assert (policy.policy_id, policy.version) == ("ekr", 1)
        assert policy.zone.key == "America/New_York"
        assert policy.return_window_days == 30
        assert policy.warranty.years == 2

    def test_words_every_clause(self):
        assert load_policy(None).clauses.keys() == CLAUSES

    def test_can_word_a_clause_otherwise(self):
        policy = read_policy(TEXT.replace("Each unit can come back once.", "Once only."), "x")

        assert policy.says("order.quantity") == "Once only."

    def test_can_name_every_reason_at_once(self):
        gift_card = load_policy(None).exclusions[ItemKind.GIFT_CARD]

        assert gift_card.blocked == frozenset(Reason)


class TestABadPolicy:
    def test_is_refused_with_the_line_of_a_syntax_error(self):
        assert refusal("version = 1", "version = = 1").startswith("shop.toml: line 7: expected")

    def test_is_refused_with_the_last_line_where_something_never_ends(self):
        with pytest.raises(PolicyError, match=r"^x: line 2: expected TOML"):
            read_policy('a = 1\nb = "', "x")

    @pytest.mark.parametrize("text", ["", "a = 1", "[photos]\n", "x = " + "9" * 5000])
    def test_is_refused_whatever_it_is(self, text):
        with pytest.raises(PolicyError):
            read_policy(text, "x")

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("days = 30", 'days = "30"', "return_window.days: expected a whole number from 0"),
            ("days = 30", "days = 30.0", "return_window.days: expected a whole number"),
            ("days = 30", "days = true", "return_window.days: expected a whole number"),
            ("days = 30", "days = -1", "return_window.days: expected a whole number"),
            ("days = 30", "", "return_window.days: missing, expected a whole number"),
            ("days = 30", "days = 30\nhours = 1", "return_window.hours: unknown key"),
            ("version = 1", "version = 1\nvertion = 2", "vertion: unknown key"),
            ('"America/New_York"', '"America/Nowhere"', "zone: expected a time zone such as"),
            ('"America/New_York"', '"../etc/passwd"', "zone: expected a time zone such as"),
            ('"America/New_York"', '"America"', "zone: expected a time zone such as"),
            ('home_country = "US"', 'home_country = "usa"', "home_country: expected a country"),
            ('id = "ekr"', 'id = "E K R"', "id: expected a short name"),
            ('paid_by = "merchant"', 'paid_by = "us"', "label.paid_by: expected one of merchant"),
            ('"late", "other"', '"tardy"', "exclusions.custom.review: expected a list of"),
            ("[exclusions.custom]", "[exclusions.stock]", "exclusions.stock: expected a kind"),
            ("= [3, 5]", "= [5, 3]", "refund.promise_business_days: expected two whole numbers"),
            ("= [3, 5]", "= [3]", "refund.promise_business_days: expected two whole numbers"),
            ("_warranty = true", '_warranty = "no"', "photos.required_for_warranty: expected true"),
            ('"unused", ', '"unused", "unused", ', "condition.checks: expected a list of"),
            ('[clauses."return.window"]', '[clauses."x"]', 'clauses."return.window": missing'),
            (
                'says = "Each unit can come back once."',
                'says = " "',
                'clauses."order.quantity".says: expected the sentence the customer reads',
            ),
            ('source = "reading"', 'source = "rumor"', 'clauses."order.state".source: expected'),
            ('from = ["9",', 'from = ["nine",', 'clauses."order.state".from: expected numbers'),
            ("[warranty]", "[guarantee]", "warranty: missing, expected a table"),
            ("remind_days = 2", "remind_days = 7", "choices.remind_days: expected a whole number"),
            ("[choices]", "[choice]", "choices: missing, expected a table"),
            ("[approval]", "[approvals]", "approval.second_above: missing"),
            ("finance = 2500", "", "approval.up_to.finance: missing"),
            ("finance = 2500", "support = 5\nfinance = 5", "approval.up_to.support: unknown key"),
            ("JPY = 150", "yen = 150", "approval.weights.yen: expected a currency"),
            ("JPY = 150", "JPY = 0", "approval.weights.JPY: expected a whole number"),
        ],
    )
    def test_is_refused_with_its_key_and_what_was_expected(self, old, new, said):
        assert refusal(old, new).startswith(f"shop.toml: {said}")

    def test_names_its_file(self, tmp_path):
        path = tmp_path / "mine.toml"

        with pytest.raises(PolicyError, match=r"mine\.toml: cannot be read"):
            load_policy(path)
        path.write_bytes(b'id = "ekr"\n# \xff')
        with pytest.raises(PolicyError, match=r"mine\.toml: line 2: expected UTF-8"):
            load_policy(path)
        path.write_text(TEXT)
        assert load_policy(path) == load_policy(None)

    @given(st.text())
    def test_is_never_more_than_refused(self, text):
        with pytest.raises(PolicyError):
            read_policy(text, "x")
