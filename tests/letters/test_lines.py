"""The lines of a mail: broken where people read plain text, put together again for a page."""

from hypothesis import given
from hypothesis import strategies as st

from returns_engine.letters.forms import TextForm, unwrapped

SAY = TextForm()
LONG = "Your return was accepted. Your label comes by a mail of its own, within a few minutes."
WORDS = st.lists(st.text("abcdefghijkl.,", min_size=1, max_size=12), min_size=1, max_size=60)


class TestALineOfAMail:
    @given(WORDS)
    def test_is_put_together_as_it_was_written(self, words: list[str]):
        sentence = " ".join(words)

        assert unwrapped(SAY.p(sentence)).strip("\n") == sentence

    def test_of_a_list_or_a_quotation_keeps_its_sign_once(self):
        assert unwrapped(SAY.items([LONG, LONG])).strip() == f"- {LONG}\n- {LONG}"
        assert unwrapped(SAY.quote(f"{LONG}\nYes.")).strip() == f"> {LONG}\n> Yes."

    def test_with_an_address_or_a_fact_stays_on_its_own(self):
        link = SAY.button("https://shop.example/returns/RMA-00000000?" + "x" * 60, "See it")
        facts = SAY.facts([("Sent by us", "March 1, 2026"), ("In your account", "x" * 70)])

        assert unwrapped(link + facts).split() == (link + facts).split()
        assert unwrapped(link + facts).count("\n") == (link + facts).rstrip("\n").count("\n") + 1
