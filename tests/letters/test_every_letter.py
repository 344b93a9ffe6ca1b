from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from jinja2 import UndefinedError

from returns_engine.letters.letter import Letter, template_names, write_letter

NEW_YORK = ZoneInfo("America/New_York")
FACTS = {
    "shop_name": "EKR",
    "contact": "aftersales@ekrauto.com",
    "name": "Dana Reyes",
    "order_number": "EKR-1001",
    "return_number": "RMA-0123456X",
    "return_url": "https://shop.example/returns/RMA-0123456X",
    "portal_url": "https://shop.example/",
    "parcel": "Q-03NQK8N",
    "code": "123456",
    "case_kind": "return",
    "again": ["1 × Seat covers, Ford F-150, black"],
    "again_back": [],
    "again_kept": [],
    "not_again": [],
    "refund_says": "$135.34",
    "items": ["1 × Seat covers, Ford F-150, black"],
    "to_send": ["1 × Seat covers, Ford F-150, black"],
    "kept": ["1 × Phone holder"],
    "moved": ["1 × Seat covers, Ford F-150, black"],
    "sent_again": ["1 × Seat covers, Ford F-150, black, with a gift: phone case"],
    "answer_by": datetime(2026, 4, 2, 3, 59, 59, tzinfo=UTC),
    "estimate": "$135.34",
    "discount_says": "It holds the price of $129.95 less the discount of $5.00.",
    "sentences": ["Its tags must still be on it."],
    "postage_says": "You pay nothing at the counter.",
    "send_by": date(2026, 4, 13),
    "sent_on": "2026-04-15",
    "bank_from": "2026-04-22",
    "bank_by": "2026-04-29",
    "carrier": "ups",
    "tracking_number": "1Z999AA10123456784",
    "tracking_url": "https://www.ups.com/track?tracknum=1Z999AA10123456784",
    "expected_on": "2026-05-04",
    "order_again_url": "https://ekrauto.example/shop",
    "external_order": "EKR-2002",
    "refund_follows": True,
    "amount_says": "$135.34",
    "lowered": True,
    "note": "The tags were cut off.",
    "reason": "The covers were used.",
    "message": "Which seat does it concern?",
    "inspected": [
        {"item": "1 × Seat covers", "verdict": "Accepted", "note": None, "clause_says": None},
        {
            "item": "1 × Belt pad",
            "verdict": "Not accepted",
            "note": "A coffee stain.",
            "clause_says": "Items must not be used.",
        },
    ],
    "extra": "coupon for your next order: $10.00",
    "extras": ["coupon for your next order: $10.00"],
    "kind": "coupon",
    "reference": "SORRY-10",
    "refund_next": {"L1"},
    "replacement_next": {"L2"},
    "may_appeal": True,
    "declined": True,
    "goods_expected": True,
    "come_again": True,
    "proposed": True,
    "goods_waiting": True,
    "disposition": "scrap",
    "link": "1.2.3.4",
    "choice_url": "https://shop.example/choices/1.2",
    "news": "We expect it on April 20, 2026.",
    "options": [{"word": "wait", "name": "Wait for it", "says": "We send it when it is there."}],
    "deadline": datetime(2026, 4, 7, 3, 59, 59, tzinfo=UTC),
    "otherwise": "we cancel it and give you $135.34 back.",
    "chosen_name": "Wait for it",
    "made": "We send it as soon as it is there.",
    "pays": True,
    "why": "refundable_until_passed",
    "time_says": "We send it 3 to 5 business days after approval at the latest.",
    "any_rejected": True,
    "came_back": True,
    "had_label": True,
    "own_parcel": True,
    "trace_number": "74123456789012345678901",
}

# These are sent before anything was asked for, or of what the customer keeps of a return.
OF_NO_CLAIM = {"parcel_unannounced", "parcel_sent_back", "item_kept"}
# These can be about a parcel that was lost, or what was canceled: nothing comes back.
OF_NO_GOODS = {
    "appeal_dismissed",
    "appeal_received",
    "appeal_upheld",
    "compensation_approved",
    "compensation_given",
    "refund_sent",
    "refund_traced",
    "replacement_awaiting_stock",
    "replacement_cancelled",
    "replacement_ordered",
    "replacement_shipped",
}


def letter(template: str, **other: object) -> Letter:
    return write_letter(template, {**FACTS, **other}, zone=NEW_YORK)


class TestEveryLetter:
    @pytest.mark.parametrize("template", template_names())
    def test_has_a_subject_text_and_html(self, template):
        written = letter(template)

        assert written.subject
        assert "\n" not in written.subject
        assert written.text.startswith("Hello Dana Reyes,")
        assert "EKR-1001" in written.text
        assert "<p" not in written.text
        assert written.html.startswith("<!doctype html>")
        assert "Dana Reyes" in written.html

    @pytest.mark.parametrize("template", template_names())
    def test_loads_nothing_from_anywhere(self, template):
        html = letter(template).html

        assert "src=" not in html
        assert "url(" not in html
        assert "<link" not in html

    @pytest.mark.parametrize("name", ["Ünal Şahin", "Ольга Иванова", "李小龍", "Ελένη", "سارة"])
    def test_addresses_people_in_their_own_script(self, name):
        written = letter("return_requested", name=name)

        assert f"Hello {name}," in written.text
        assert f"Hello {name}," in written.html

    def test_shows_markup_in_a_name_instead_of_running_it(self):
        written = letter("message_from_us", name="<script>x</script>", message="<img src=x>\n& you")

        assert "<script>" not in written.html
        assert "&lt;img src=x&gt;<br>&amp; you" in written.html
        assert "> <img src=x>\n> & you" in written.text

    def test_never_has_an_empty_place(self):
        with pytest.raises(UndefinedError):
            write_letter("lookup_code", {"shop_name": "EKR"}, zone=NEW_YORK)

    def test_greets_without_a_name_where_none_is_known(self):
        assert letter("lookup_code", name="").text.startswith("Hello,\n")


class TestRefundSent:
    def test_tells_both_dates(self):
        text = letter("refund_sent").text

        assert "Sent by us: April 15, 2026" in text
        assert "In your account, usually: April 22, 2026 to April 29, 2026" in text

    def test_says_in_which_way_it_went(self):
        assert "by the way you paid" in letter("refund_sent").text
        assert "in another way than you paid" in letter(
            "refund_sent", way="another_way"
        ).text.replace("\n", " ")

    def test_onto_a_gift_card_promises_nothing_of_a_bank(self):
        text = letter("refund_sent", way="gift_card").text

        assert "On your gift card since: April 15, 2026" in text
        assert "Banks" not in text

    def test_holds_the_trace_number_only_where_the_bank_has_given_it(self):
        assert "Trace number (ARN): 74123456789012345678901" in letter("refund_sent").text
        assert "Trace number" not in letter("refund_sent", trace_number=None).text
        assert "Trace number" not in letter("refund_sent", way="gift_card").text


class TestRefundTraced:
    def test_names_the_number_and_what_to_do_with_it(self):
        written = letter("refund_traced")
        text = " ".join(written.text.split())

        assert "finds your refund of $135.34" in written.subject
        assert "Trace number (ARN): 74123456789012345678901" in text
        assert "In your account, usually by: April 29, 2026" in text
        assert "tell your bank or card company this number" in text


class TestRefundByHand:
    @pytest.mark.parametrize(
        ("why", "says"),
        [
            ("refundable_until_passed", "for a limited time only"),
            ("paid_otherwise", "did not go through"),
        ],
    )
    def test_says_why_it_is_paid_in_another_way(self, why, says):
        text = letter("refund_by_hand", why=why).text.replace("\n", " ")

        assert says in text
        assert "another way" in text


class TestRefundCameBack:
    def test_promises_no_money_of_ours_where_the_customers_bank_may_give_it(self):
        assert "still yours" in letter("refund_came_back").text
        text = letter("refund_came_back", disputed=True).text
        assert "disputed at your bank" in text.replace("\n", " ")
        assert "still yours" not in text

    def test_names_no_card_where_a_person_paid(self):
        text = letter("refund_came_back", by_hand=True).text
        assert "It could not reach you" in text.replace("\n", " ")
        assert "card" not in text


class TestRefundApproved:
    def test_explains_a_lower_amount_with_its_clause(self):
        text = letter("refund_approved").text

        assert "The tags were cut off." in text
        assert "Its tags must still be on it." in text

    def test_says_nothing_of_it_where_the_amount_is_whole(self):
        assert "less than" not in letter("refund_approved", lowered=False).text


class TestReturnApproved:
    def test_says_what_is_true_of_the_postage_and_when_to_send(self):
        text = letter("return_approved").text

        assert "You pay nothing at the counter." in text
        assert "April 13, 2026" in text


class TestSomethingExtra:
    def test_is_told_with_the_money_where_it_is_certain(self):
        assert "coupon for your next order: $10.00" in letter("refund_sent").text
        assert "fault" not in letter("refund_sent", extras=[]).text

    def test_names_the_code_of_a_coupon_and_the_way_of_a_gift(self):
        assert "Your code: SORRY-10" in letter("compensation_given").text
        gift = letter("compensation_given", kind="gift", extra="phone case", reference="UPS 1Z9")
        assert "Sent with: UPS 1Z9" in gift.text


class TestAChoice:
    @pytest.mark.parametrize("template", ["choice_out_of_stock", "choice_undeliverable"])
    def test_says_what_each_option_means_and_what_silence_means(self, template):
        text = letter(template).text

        assert "Wait for it: We send it when it is there." in text
        assert "https://shop.example/choices/1.2" in text
        assert "by the end of April 6, 2026, we cancel it" in " ".join(text.split())

    def test_says_when_money_comes_only_where_money_goes_back(self):
        assert "business days" in letter("choice_made").text
        assert "business days" not in letter("choice_made", pays=False).text


class TestWhatTheCustomerKeeps:
    def test_is_said_beside_what_is_to_be_sent(self):
        text = letter("return_requested").text

        assert "Your label follows" in text
        assert "These you keep; please don't send them:" in text

    def test_needs_no_label_where_nothing_is_to_be_sent(self):
        text = letter("return_requested", to_send=[]).text

        assert "You keep this and need not send" in text
        assert "label" not in text
        assert "comes back" not in text

    def test_is_not_what_never_came(self):
        text = letter("return_requested", to_send=[], kept=[]).text

        assert "You need not send anything." in text
        assert "keep" not in text


class TestTheOneAppeal:
    @pytest.mark.parametrize(
        "template",
        [
            *("return_declined", "inspection_result"),
            *("refund_approved", "refund_refused", "refund_called_off"),
        ],
    )
    def test_is_offered_until_it_was_used(self, template):
        offered = " ".join(letter(template).text.split())
        assert "ask for another person to look. You can do so once." in offered
        assert "another person" not in letter(template, may_appeal=False).text

    def test_is_offered_with_a_lower_refund_alone(self):
        lower = {"clause_says": "It must not have been used.", "note": "A stain."}
        assert "another person" in letter("refund_sent", **lower).text
        assert "another person" not in letter("refund_sent").text

    def test_that_was_right_says_what_comes_next_and_no_more(self):
        nothing_else = {"declined": False, "come_again": False, "proposed": False}
        text = letter("appeal_upheld", **nothing_else).text

        assert "inspected again" in text
        assert "label" not in text
        assert "refund" not in text


class TestWhereNothingComesBack:
    @pytest.mark.parametrize("kind", ["cancellation", "delivery_problem"])
    @pytest.mark.parametrize(
        "template", ["request_accepted", "return_in_review", "return_declined", "info_requested"]
    )
    def test_no_letter_asks_for_a_parcel(self, template, kind):
        written = letter(template, case_kind=kind)
        words = " ".join(f"{written.subject} {written.text}".split()).lower()

        assert "label" not in words
        assert "your return" not in words
        assert "your parcel" not in words

    def test_the_money_is_named_with_what_it_waits_for(self):
        text = " ".join(letter("request_accepted", case_kind="cancellation", again=[]).text.split())

        assert "We do not send this" in text
        assert "a refund of $135.34. It waits for the approval of a second person" in text
        assert "We send you the same again" not in text

    def test_what_is_sent_again_is_named_and_no_money(self):
        text = letter("request_accepted", case_kind="delivery_problem", refund_says=None).text

        assert "We send you the same again" in text
        assert "refund" not in text


class TestAWarrantyClaim:
    @pytest.mark.parametrize("template", sorted(set(template_names()) - OF_NO_CLAIM))
    @pytest.mark.parametrize("language", ["en", "es"])
    def test_is_called_a_claim_in_each_letter(self, template, language):
        facts = {**FACTS, "case_kind": "warranty", "kept": []}
        written = write_letter(template, facts, zone=NEW_YORK, language=language)
        words = " ".join(f"{written.subject} {written.text}".split()).lower()

        for a_return in ("return rma", "your return", "the return", "of this return", "no return"):
            assert a_return not in words
        for a_return in ("devolución rma", "su devolución", "la devolución", "esta devolución"):
            assert a_return not in words

    @pytest.mark.parametrize("template", ["return_requested", "return_approved", "label_expired"])
    def test_is_named_in_the_subject(self, template):
        assert "claim RMA-0123456X" in letter(template, case_kind="warranty", kept=[]).subject


class TestACaseOfWhichNothingComesBack:
    @pytest.mark.parametrize("template", sorted(OF_NO_GOODS))
    @pytest.mark.parametrize("kind", ["cancellation", "delivery_problem"])
    @pytest.mark.parametrize(("language", "a_return"), [("en", "return"), ("es", "devolución")])
    def test_is_called_a_request_in_each_letter(self, template, kind, language, a_return):
        facts = {**FACTS, "case_kind": kind, "goods_expected": False, "goods_waiting": False}
        written = write_letter(template, facts, zone=NEW_YORK, language=language)
        words = " ".join(f"{written.subject} {written.text}".split()).lower()

        assert f"{a_return} rma" not in words
        for whose in ("your return", "the return", "su devolución", "la devolución"):
            assert whose not in words


class TestTheLettersOfAReplacement:
    def test_say_when_it_is_in_stock_again_if_that_is_known(self):
        assert "in stock again on May 4, 2026" in letter("replacement_awaiting_stock").text
        unknown = letter("replacement_awaiting_stock", expected_on=None).text
        assert "We do not know the day yet." in unknown

    def test_lead_to_the_carrier_where_there_is_a_page(self):
        shipped = letter("replacement_shipped")
        assert "Carrier: UPS" in shipped.text
        assert "https://www.ups.com/track?tracknum=1Z999AA10123456784" in shipped.text
        assert "Follow it" not in letter("replacement_shipped", tracking_url=None).text

    def test_promise_money_only_where_a_refund_was_worked_out(self):
        assert "worked out your refund" in letter("replacement_cancelled").text
        nothing = letter("replacement_cancelled", refund_follows=False).text
        assert "refund" not in nothing
        assert "The covers were used." in nothing

    def test_promise_after_the_inspection_what_was_chosen(self):
        again = letter("inspection_result", refund_next=set()).text
        assert "we arrange your replacement" in again
        assert "your refund" not in again


class TestTheLetterOfAnExchange:
    @pytest.mark.parametrize("template", ["refund_approved", "refund_sent"])
    def test_leads_to_the_shop_where_it_has_an_address(self, template):
        assert "https://ekrauto.example/shop" in letter(template).text
        assert "Order the other" not in letter(template, order_again_url=None).text


class TestTheMerchantsLook:
    def test_is_in_every_mail(self):
        look = {
            "accent": "#7a1f5c",
            "phone": "+1 202 555 0100",
            "policy_url": "https://shop.test/policy",
            "imprint_url": "https://shop.test/imprint",
            "privacy_url": "https://shop.test/privacy",
        }
        written = letter("return_requested", **look)

        for told in look.values():
            assert told in written.html
        assert "#0e5a4f" not in written.html
        for told in ("+1 202 555 0100", "https://shop.test/policy", "https://shop.test/privacy"):
            assert told in written.text

    def test_is_ours_where_nothing_is_set(self):
        assert "#0e5a4f" in letter("return_requested").html
