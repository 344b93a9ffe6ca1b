import io
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from returns_engine.documents.policy_file import load_policy
from returns_engine.labels.conditions import conditions_of
from returns_engine.labels.content import LabelNotPrintable, reason_in_words
from returns_engine.labels.printing import MissingGlyph, TextDoesNotFit
from returns_engine.labels.render import render_label
from returns_engine.labels.template import load_template
from returns_engine.rules.label_clauses import MONEY
from returns_engine.rules.words import Cause, Postage, Reason
from returns_engine.texts.carriers import CARRIERS
from returns_engine.texts.localized import texts_in
from tests.labels.returns import (
    NUMBER,
    a_line,
    a_return,
    in_one_line,
    page_count,
    page_sizes,
    page_text,
    picture_of,
    printed,
)

REIMBURSED = {"postage": Postage.REIMBURSED, "account": None, "reimbursed_up_to": "$25.00"}


def a_carriers_label(width=812, height=1218):
    buffer = io.BytesIO()
    Image.new("1", (width, height), 0).save(buffer, "PNG")
    return buffer.getvalue()


def prepaid(**changes):
    values = {"postage": Postage.PREPAID, "account": None, "prepaid_page": a_carriers_label()}
    return printed(**{**values, **changes})


class TestPaper:
    def test_a_label_is_four_by_six_inches(self):
        assert page_sizes(printed())[0] == (288, 432)

    @pytest.mark.parametrize("country", ["US", "CA", "MX", "us"])
    def test_instructions_come_on_letter_where_people_use_it(self, country):
        assert page_sizes(printed(country=country))[1] == (612, 792)

    @pytest.mark.parametrize("country", ["DE", "JP", "GB", "XX"])
    def test_instructions_come_on_a4_elsewhere(self, country):
        assert page_sizes(printed(country=country))[1] == (595, 842)


class TestWhatALabelSays:
    def test_shows_both_addresses_and_the_number(self):
        text = page_text(printed(), 0)

        for line in (
            "Dana Reyes",
            "Chicago, IL 60601",
            "EKR Returns",
            "Columbus, OH 43215",
            NUMBER,
        ):
            assert line in text

    def test_instructions_tell_what_how_where_and_the_conditions(self):
        line = a_line(title="Floor mats", sku="EKR-MAT-4", quantity=3, reason="Defective")
        text = in_one_line(page_text(printed(lines=(line,)), 1))

        for part in ("3 Floor mats", "EKR-MAT-4", "Defective", "April 13, 2026", "EKR Returns"):
            assert part in text
        assert "Its tags must still be on it." in text

    def test_every_reason_and_cause_has_words_for_paper(self):
        for word in (*Reason, *Cause):
            assert reason_in_words(word, texts_in("en"))

    def test_many_lines_go_on_to_another_page_and_none_is_lost(self):
        lines = tuple(a_line(sku=f"SKU-{number:03}") for number in range(60))
        label = printed(lines=lines)
        text = "".join(page_text(label, page) for page in range(1, page_count(label)))

        assert page_count(label) > 2
        assert re.findall(r"SKU-\d{3}", text) == [line.sku for line in lines]

    def test_conditions_stand_together_on_one_page(self):
        conditions = tuple(f"Condition {number} is a sentence." for number in range(8))
        for count in range(1, 9):
            lines = tuple(a_line(sku=f"SKU-{number:03}") for number in range(count))
            label = printed(lines=lines, conditions=conditions)
            pages = [page_text(label, page) for page in range(1, page_count(label))]

            assert sum("Condition" in page for page in pages) == 1
            assert "The conditions" in next(page for page in pages if "Condition" in page)

    @pytest.mark.parametrize("language", ["en", "es"])
    @pytest.mark.parametrize("postage", [{}, REIMBURSED])
    def test_three_items_fit_on_one_sheet_with_all_of_the_policy(self, language, postage):
        policy = load_policy(None)
        clauses = ("return.ask_first", "return.condition", "return.condition.unused")
        clauses += ("return.condition.tags", "return.condition.packaging")
        clauses += ("return.label.reminder", *MONEY)
        lines = tuple(a_line(clauses=clauses) for _ in range(3))
        conditions = conditions_of(lines, policy, texts_in(language))

        assert page_count(printed(lines=lines, conditions=conditions, **postage)) == 2

    @pytest.mark.parametrize("field", ["warehouse", "customer", "rma_number"])
    def test_refuses_a_label_without_address_or_number(self, field):
        with pytest.raises(LabelNotPrintable, match=field):
            printed(**{field: "" if field == "rma_number" else ("", " ")})


class TestInTheCustomersLanguage:
    def test_instructions_are_printed_and_the_label_stays_as_it_is(self):
        spanish, english = printed(language="es", **REIMBURSED), printed(**REIMBURSED)
        text = in_one_line(page_text(spanish, 1))

        for part in (
            *(
                "Cómo devolverlo",
                "Pedido EKR-1001",
                "Las condiciones",
                "De Dana Reyes",
                "1 artículo",
            ),
            "Entréguelo a más tardar el 13 de abril de 2026",
            "La etiqueta no es franqueo. Pague el franqueo en el mostrador",
        ):
            assert part in text
        assert "Please" not in text
        assert page_text(spanish, 0) == page_text(english, 0)

    @pytest.mark.parametrize("postage", Postage)
    def test_every_postage_says_what_it_is_worth(self, postage):
        given = {
            Postage.BILLED_TO_ACCOUNT: ({}, "se carga a la cuenta de devoluciones de EKR en UPS"),
            Postage.PREPAID: (
                {"account": None, "prepaid_page": a_carriers_label()},
                "El envío de vuelta está pagado.",
            ),
            Postage.REIMBURSED: (REIMBURSED, "Se lo reembolsamos hasta $25.00."),
        }
        changes, says = given[postage]

        label = printed(language="es", **{**changes, "postage": postage})

        assert says in in_one_line(page_text(label, 1))

    def test_one_that_no_page_speaks_is_printed_in_english(self):
        assert printed(language="fr").pdf == printed().pdf


class TestPostage:
    @pytest.mark.parametrize(("carrier", "name"), CARRIERS.items())
    def test_a_billed_label_names_carrier_and_account(self, carrier, name):
        text = in_one_line(page_text(printed(carrier=carrier), 0))

        assert f"Bill {name} account 1A2B3C" in text
        assert "prepaid" not in text.lower()

    def test_a_reimbursed_label_says_that_it_is_no_postage(self):
        label = printed(**REIMBURSED)
        instructions = in_one_line(page_text(label, 1))

        assert "This is not postage" in in_one_line(page_text(label, 0))
        assert "The label is not postage." in instructions
        assert "We refund it up to $25.00." in instructions
        assert "prepaid" not in (page_text(label, 0) + instructions).lower()
        assert "pay nothing" not in instructions

    def test_a_prepaid_label_is_the_carriers_own_page(self):
        label = prepaid()
        page = picture_of(label)

        assert page_count(label) == 2
        assert page.size == (812, 1218)
        assert page.getextrema() == (0, 0)
        assert "The way back is paid for." in in_one_line(page_text(label, 1))

    def test_a_label_of_other_proportions_is_not_stretched(self):
        page = picture_of(prepaid(prepaid_page=a_carriers_label(600, 600)))

        assert page.getpixel((406, 609)) == 0
        assert page.getpixel((406, 100)) == 255

    def test_a_clear_label_prints_on_white(self):
        buffer = io.BytesIO()
        Image.new("RGBA", (812, 1218), (0, 0, 0, 0)).save(buffer, "PNG")

        assert picture_of(prepaid(prepaid_page=buffer.getvalue())).getextrema() == (255, 255)

    @pytest.mark.parametrize("page", [b"%PDF-1.7", b"GIF89a", b"\x89PNG\r\n\x1a\n broken"])
    def test_refuses_a_carriers_label_that_is_no_picture(self, page):
        with pytest.raises(LabelNotPrintable, match="prepaid_page"):
            prepaid(prepaid_page=page)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"account": None}, "account"),
            ({"postage": Postage.PREPAID, "account": None}, "prepaid_page"),
            ({**REIMBURSED, "reimbursed_up_to": None}, "reimbursed_up_to"),
            ({**REIMBURSED, "account": "1A2B3C"}, "account"),
            ({"prepaid_page": a_carriers_label()}, "prepaid_page"),
            ({"carrier": None}, "carrier"),
        ],
    )
    def test_never_claims_a_postage_that_nothing_backs(self, changes, field):
        with pytest.raises(LabelNotPrintable) as refused:
            printed(**changes)

        assert refused.value.field == field

    def test_a_customer_who_pays_may_choose_the_carrier(self):
        assert "Any carrier with tracking" in page_text(printed(**REIMBURSED, carrier=None), 1)


class TestNames:
    @pytest.mark.parametrize(
        "name",
        [
            "Łukasz Żółć",
            "Иван Щербаков",
            "Ελένη Παπαδοπούλου",
            "山田 太郎",
            "王小明",
            "김철수",
            "ひらがな カナ",
        ],
    )
    def test_prints_in_every_script_we_promise(self, name):
        label = printed(customer=(name, "1 Main St"))

        assert name in page_text(label, 0)
        assert label.missing_glyphs == ()
        # The glyphs themselves are drawn: the box of the name is not white.
        assert picture_of(label).crop((48, 70, 380, 102)).getextrema()[0] < 64

    def test_a_decomposed_name_prints_as_one_would_write_it(self):
        assert "José" in page_text(printed(customer=("Jose\u0301", "1 Main St")), 0)

    def test_shows_and_reports_a_character_no_font_has(self):
        label = printed(customer=("Clef \U0001d11e", "1 Main St"))

        assert "Clef □" in page_text(label, 0)
        assert label.missing_glyphs == (
            MissingGlyph("customer", "\U0001d11e"),
            MissingGlyph("customer_name", "\U0001d11e"),
        )

    def test_takes_out_what_must_not_reach_paper(self):
        label = printed(customer=("D\u202ea\ud800n\x00a\ufffe\nReyes\u200b", "1 Main St"))

        assert "Dana Reyes" in page_text(label, 0)
        assert label.missing_glyphs == ()


class TestLongTexts:
    def test_shrinks_what_is_too_long(self):
        long = ("Dana Reyes", *(f"Line {number} of a long address" for number in range(7)))
        label = printed(customer=long)

        assert all(line in page_text(label, 0) for line in long)

    def test_breaks_a_word_only_when_nothing_else_helps(self):
        word = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen"
        text = page_text(printed(customer=(word, "1 Main St")), 0)

        assert word in text.replace("\n", "").replace("\ufffe", "")

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"customer": ("Dana " * 400,)}, "customer"),
            ({"warehouse": tuple(f"Line {number}" for number in range(40))}, "warehouse"),
            ({"order_number": "E" * 200}, "order_number"),
            ({"account": "9" * 2000}, "postage_line"),
            ({"rma_number": "RMA-" + "7K" * 60}, "rma_number"),
            ({"conditions": ("so be it " * 4000,)}, "condition"),
            ({"lines": (a_line(title="covers " * 4000),)}, "line_title"),
        ],
    )
    def test_refuses_what_cannot_fit_and_names_the_field(self, changes, field):
        with pytest.raises(TextDoesNotFit) as refused:
            printed(**changes)

        assert field in refused.value.field

    def test_refuses_a_number_that_is_no_code_128(self):
        with pytest.raises(LabelNotPrintable, match="rma_number"):
            printed(rma_number="RMA-É")


class TestSameLabel:
    def test_has_the_same_bytes_every_time(self):
        assert printed().pdf == printed().pdf

    def test_has_the_same_bytes_in_four_threads_at_once(self):
        template = load_template()
        contents = [
            a_return(customer=(name, "1 Main St"))
            for name in ("Łukasz", "Иван", "Ελένη", "山田 太郎", "김철수") * 4
        ]
        alone = [render_label(content, template).pdf for content in contents]
        with ThreadPoolExecutor(4) as pool:
            together = [
                rendered.pdf
                for rendered in pool.map(lambda content: render_label(content, template), contents)
            ]

        assert together == alone

    def test_knows_nothing_of_the_labels_before_it(self):
        before = printed().pdf
        printed(customer=("山田 太郎", "東京"))

        assert printed().pdf == before


ANYTHING = st.text(st.characters(), max_size=120)


class TestAnyText:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        customer=st.lists(ANYTHING, max_size=6).map(tuple),
        order_number=ANYTHING,
        title=ANYTHING,
        number=st.one_of(st.just(NUMBER), ANYTHING),
    )
    def test_prints_or_is_refused_by_name(self, customer, order_number, title, number):
        try:
            label = printed(
                customer=customer,
                order_number=order_number,
                rma_number=number,
                lines=(a_line(title=title),),
            )
        except LabelNotPrintable as refused:
            assert refused.field in str(refused)  # noqa: PT017 - either outcome is right
        else:
            assert label.pdf.startswith(b"%PDF-")

    def test_a_hundred_kilobytes_are_refused_not_pondered(self):
        for text in ("word " * 20_000, "x" * 100_000, "山" * 100_000, "- " * 50_000):
            with pytest.raises(TextDoesNotFit, match="customer"):
                printed(customer=(text,))
