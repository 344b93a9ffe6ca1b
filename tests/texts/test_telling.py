import pytest
from hypothesis import given

from returns_engine.rules.eligibility.decide import decide
from returns_engine.rules.policy import CLAUSES
from returns_engine.texts.catalogue import customer_languages
from returns_engine.texts.localized import texts_in
from returns_engine.texts.telling import is_known, telling
from returns_engine.texts.words import REASONS
from tests.rules.eligibility.cases import EKR
from tests.rules.eligibility.test_decide_properties import cases, policies, thoroughly

in_spanish = telling(texts_in("es"), EKR)
in_english = telling(texts_in("en"), EKR)


class TestTheFactsOfADecision:
    @thoroughly
    @given(cases(), policies())
    def test_are_each_among_those_that_can_be_said_again(self, case, policy):
        order, request, history, as_of = case
        decision = decide(order, request, policy, as_of, history)

        unknown = {
            rule.because
            for line in decision.lines
            for rule in line.rules
            if not is_known(rule.because)
        }

        assert unknown == set()

    @pytest.mark.parametrize(
        ("said", "told"),
        [
            (
                "Delivered 1 March 2026 (carrier scan); day 29 of 30.",
                "Entregado el 1 de marzo de 2026 (registro del transportista); día 29 de 30.",
            ),
            (
                "The cause given is “spill”. We have no delivery date.",
                "La causa indicada es “Se derramó algo encima”. No tenemos fecha de entrega.",
            ),
            (
                "This is an item made for your car, and the reason given is “changed mind”.",
                "Es un artículo hecho para su auto, y el motivo indicado es “Cambié de opinión”.",
            ),
            (
                "2 units asked for, 1 not shipped.",
                "Pedidas: 2 unidades; sin enviar: 1.",
            ),
            (
                "The shipping address is in CA, the home country is US.",
                "La dirección de envío está en Canadá; nuestro país es Estados Unidos.",
            ),
            (
                "A warranty claim is not bound to this time limit.",
                "Para un reclamo de garantía no vale este plazo.",
            ),
            ("Somebody wrote this.", "Somebody wrote this."),
        ],
    )
    def test_are_said_in_spanish(self, said, told):
        assert in_spanish(said) == told

    def test_are_said_in_english_as_decided_with_days_as_the_page_writes_them(self):
        said = "Delivered 1 March 2026 (carrier scan); the last day was 31 March 2026."

        assert in_english(said) == (
            "Delivered March 1, 2026 (carrier scan); the last day was March 31, 2026."
        )
        assert in_english("This is a stock item, and the reason given is “color texture”.") == (
            f"This is a stock item, and the reason given is “{REASONS['color_texture']}”."
        )
        assert in_english("The cause given is “wrong fitting”.") == (
            "The cause given is “It was fitted wrongly”."
        )
        assert (
            in_english("2 units asked for, 1 not shipped.") == "2 units asked for, 1 not shipped."
        )

    def test_are_left_alone_where_they_name_no_day_there_is(self):
        assert in_english("Until 31 February 2026, or 3 Weeks 2026.") == (
            "Until 31 February 2026, or 3 Weeks 2026."
        )


class TestWhatGoesOnTop:
    def test_by_our_policy_has_its_words_in_every_language(self):
        texts = texts_in("es")

        assert texts.gettext(EKR.compensation.coupon) == "cupón para su próximo pedido"
        assert texts.gettext(EKR.compensation.gift) == "una funda para el teléfono"


class TestTheClauses:
    def test_of_the_merchants_policy_are_worded_in_every_language(self):
        others = set(customer_languages()) - {"en"}

        missing = {name for name in CLAUSES if others - EKR.clauses[name].in_languages.keys()}

        assert missing == set()

    def test_bind_in_english_and_are_said_in_spanish(self):
        assert EKR.says("return.excluded.gift_card") == "Gift cards can't be returned."
        assert in_spanish(EKR.says("return.excluded.gift_card")) == (
            "Las tarjetas de regalo no se pueden devolver."
        )
        assert EKR.says_in("return.excluded.gift_card", "fr") == "Gift cards can't be returned."
