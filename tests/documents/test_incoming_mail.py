from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from returns_engine.documents.incoming_mail.mail import UnreadableMail
from returns_engine.documents.incoming_mail.own_words import own_words
from returns_engine.documents.incoming_mail.reading import read_mail
from tests.documents.mails import OURS, OUTLOOK, QUOTED, a_bounce, a_mail, raw

LEFT = "The left one."
HEADERS = [
    *("From", "To", "Subject", "Message-ID", "References", "In-Reply-To"),
    *("Content-Type", "Content-Disposition", "Content-Transfer-Encoding"),
]


class TestOwnWords:
    @pytest.mark.parametrize(
        "text",
        [
            f"{LEFT}\n",
            f"{LEFT}\r\n\r\n" + QUOTED.replace("\n", "\r\n"),
            f"{LEFT}\n\n" + QUOTED.replace("EKR <after", "EKR <\nafter"),
            f"{LEFT}\n\n{OUTLOOK}",
            f"{LEFT}\n\n" + OUTLOOK.partition("\n")[2],
            f"{LEFT}\n\n-----Original Message-----\n" + OUTLOOK.partition("\n")[2],
            f"{LEFT}\n\nAm 28.03.26 um 13:02 schrieb EKR:\n> Which seam came open?\n",
            f"{QUOTED}\n{LEFT}\n",
            f"> Which seam came open?\n{LEFT}\n",
        ],
    )
    def test_are_told_from_what_a_mail_program_quotes(self, text):
        assert own_words(text).text == LEFT

    def test_between_the_quoted_lines_are_kept(self):
        text = f"Answers below.\n\n{QUOTED}{LEFT}\n> And the color?\nBlack.\n"

        assert own_words(text).text == f"Answers below.\n\n{LEFT}\nBlack."

    @pytest.mark.parametrize(
        "text",
        [
            "These are bad:\n- the left seat\n- the right seat\n\nBest regards, Dana\nPS: in black",
            "On Monday I wrote to you and you wrote: nothing.\nFrom: Chicago\nIt was bad.",
        ],
    )
    def test_are_kept_where_they_only_look_like_something_else(self, text):
        assert own_words(text).text == text

    def test_of_a_mail_that_was_passed_on_hold_what_was_passed_on(self):
        passed_on = "---------- Forwarded message ---------\nFrom: UPS\nDate: today\n\nIt is lost."

        assert "It is lost." in own_words(passed_on).text
        assert "It is lost." in own_words(f"See this:\n\n{passed_on}", forwarded=True).text

    def test_of_an_answer_without_any_are_none(self):
        assert own_words(QUOTED).text == ""

    def test_are_cut_after_two_thousand_characters_and_the_rest_is_counted(self):
        words = own_words("a" * 2_345)

        assert (len(words.text), words.cut) == (2_000, 345)

    def test_hold_nothing_that_a_database_refuses(self):
        assert own_words("a\0b\ud800c\x1bd\x85").text == "ab?cd"

    @pytest.mark.parametrize(
        "text",
        ["\n" * 50_000, "From: a\n" * 20_000, "On " * 20_000, "On x wrote: " * 9_000, ">" * 90_000],
    )
    def test_are_found_in_time_whatever_somebody_sends(self, text):
        assert len(own_words(text).text) <= 2_000

    @given(st.text())
    def test_are_at_most_two_thousand_of_any_text(self, text):
        assert len(own_words(text).text) <= 2_000


class TestAMail:
    def test_tells_who_wrote_what_about_which_mail(self):
        mail = read_mail(raw(a_mail(In_Reply_To=OURS, References=f"<0@x> {OURS}")))

        assert (mail.sender, mail.message_id) == ("dana@example.com", "<first@example.com>")
        assert mail.answers == (OURS, "<0@x>")
        assert (mail.words.text, mail.words.cut) == (LEFT, 0)
        assert (mail.automatic, mail.bounce) == (False, None)

    def test_is_from_the_address_in_from_and_not_from_what_a_name_says(self):
        spoofed = b"=?utf-8?q?dana=40example=2Ecom=2C?= <eve@example.com>"
        mail = raw(a_mail()).replace(b"Dana Reyes <dana@example.com>", spoofed)

        assert read_mail(mail).sender == "eve@example.com"

    @pytest.mark.parametrize("sender", ["a@example.com, b@example.com", "undisclosed", "<>"])
    def test_of_several_or_no_senders_has_none(self, sender):
        broken = raw(a_mail()).replace(b"Dana Reyes <dana@example.com>", sender.encode())

        assert read_mail(broken).sender is None

    def test_without_a_message_id_is_known_by_what_it_says(self):
        one = raw(a_mail(Message_ID=""))
        again = b"Received: from mx.example.com\r\n" + one

        assert read_mail(one).message_id == read_mail(again).message_id
        other = raw(a_mail("Another.", Message_ID=""))
        assert read_mail(one).message_id != read_mail(other).message_id

    def test_names_every_address_it_was_sent_to(self):
        headers = {"To": "EKR <aftersales+RMA-1@ekrauto.com>", "Delivered_To": "Shop@ekrauto.com"}

        assert read_mail(raw(a_mail(**headers))).addressed_to == (
            "aftersales+rma-1@ekrauto.com",
            "shop@ekrauto.com",
        )

    def test_in_html_alone_is_read_as_people_see_it(self):
        mail = a_mail(None)
        mail.set_content(
            "<html><head><style>p{}</style></head>"
            "<body><p>The <b>left</b>\n one.<br>Gr&uuml;&szlig;e"
            "<div>On Sat, Mar 28, 2026 EKR &lt;a@ekrauto.com&gt; wrote:</div>"
            "<blockquote><p>Which seam?</p><div>EKR</div></blockquote><script>x()</script>",
            subtype="html",
        )

        assert read_mail(raw(mail)).words.text == "The left one.\nGrüße"

    def test_in_both_forms_is_read_in_the_plain_one(self):
        mail = a_mail()
        mail.add_alternative("<p>Another one.</p>", subtype="html")

        assert read_mail(raw(mail)).words.text == LEFT

    def test_whose_plain_form_is_empty_is_read_in_the_other(self):
        mail = a_mail("\n")
        mail.add_alternative("<p>The left one.</p>", subtype="html")

        assert read_mail(raw(mail)).words.text == LEFT

    @pytest.mark.parametrize(
        ("charset", "content"),
        [
            ("utf-8", "Größe".encode("latin-1")),
            ("no-such-charset", "Größe".encode()),
            ("us-ascii", "Größe".encode()),
            ("iso-8859-1", "Größe".encode("cp1252")),
        ],
    )
    def test_in_a_charset_that_is_not_what_it_says_is_read_all_the_same(self, charset, content):
        head = f"From: d@example.com\r\nContent-Type: text/plain; charset={charset}\r\n\r\n"

        assert read_mail(head.encode() + content).words.text == "Größe"

    def test_that_flows_has_its_own_line_breaks_alone(self):
        mail = raw(a_mail("One long \nline.\nAnother.\n-- \nDana\n")).replace(
            b"text/plain", b"text/plain; format=flowed"
        )

        assert read_mail(mail).words.text == "One long line.\nAnother.\n--\nDana"

    def test_gives_its_pictures_and_names_its_other_files(self):
        mail = a_mail()
        mail.add_attachment(b"x" * 30, maintype="image", subtype="jpeg", filename="seam.jpg")
        mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="../bill.pdf")
        mail.add_attachment(a_mail("Inside."))

        read = read_mail(raw(mail))

        assert read.pictures == (("seam.jpg", b"x" * 30),)
        assert read.left_out == ("bill.pdf", "message/rfc822")
        assert read.words.text == LEFT

    def test_leaves_the_logo_of_a_signature_out(self):
        mail = a_mail(None)
        mail.set_content("<p>The left one.</p><img src='cid:logo'>", subtype="html")
        mail.add_related(b"x" * 900, maintype="image", subtype="png", cid="<logo>")

        assert read_mail(raw(mail)).pictures == ()

    @pytest.mark.parametrize("content", [b"", b"hello", b"\0\xff" * 50, b"Subject: x\r\n\r\nhello"])
    def test_that_is_none_is_refused(self, content):
        with pytest.raises(UnreadableMail):
            read_mail(content)

    def test_built_like_a_tower_is_read_or_refused(self):
        tower = b"From: a@b\r\n" + b"".join(
            b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (i, i)
            for i in range(3_000)
        )
        try:
            assert read_mail(tower).words.text == ""
        except UnreadableMail as refusal:
            assert "cannot be taken apart" in str(refusal)  # noqa: PT017 - either is right

    def test_with_more_headers_than_anybody_writes_is_refused(self):
        for name in ("To", "Received", "X-Spam", "Content-Type"):
            long = b"From: a@b\r\n" + f"{name}: {'a ' * 40_000}\r\n\r\nHi.".encode()
            with pytest.raises(UnreadableMail, match="64 KiB of headers"):
                read_mail(long)

    def test_whose_parts_have_more_headers_than_anybody_writes_is_refused(self):
        part = b"--B\r\nContent-Type: text/plain; " + b'"' * 1_900 + b"\r\n\r\nHi.\r\n"
        head = b'From: a@b\r\nContent-Type: multipart/mixed; boundary="B"\r\n\r\n'
        with pytest.raises(UnreadableMail, match="64 KiB of headers"):
            read_mail(head + 40 * part)

    def test_to_a_crowd_names_those_in_the_first_eight_thousand_characters(self):
        crowd = ", ".join(f"guest{place:04}@example.com" for place in range(2_000))
        mail = read_mail(f"From: a@b\r\nTo: {crowd}\r\n\r\nHi.".encode())

        assert mail.addressed_to[0] == "guest0000@example.com"
        assert 300 < len(mail.addressed_to) < 400

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(HEADERS),
                st.text(max_size=60),
            ),
            max_size=12,
        ),
        st.binary(max_size=200),
    )
    def test_is_read_or_refused_whatever_it_is_made_of(self, headers, body):
        head = "".join(f"{name}: {value}\r\n" for name, value in [("From", "a@b"), *headers])
        try:
            mail = read_mail(head.encode("utf-8", "replace") + b"\r\n" + body)
        except UnreadableMail:
            return
        assert len(mail.message_id) <= 255
        assert "\0" not in mail.words.text + mail.subject + mail.message_id


class TestAnAutomaticMail:
    @pytest.mark.parametrize(
        "headers",
        [
            {"Auto_Submitted": "auto-replied"},
            {"Auto_Submitted": "auto-generated; x=y"},
            {"Precedence": "bulk"},
            {"X_Autoreply": "yes"},
            {"Return_Path": "<>"},
            {"Return_Path": "<MAILER-DAEMON>"},
        ],
    )
    def test_is_known_by_its_headers(self, headers):
        assert read_mail(raw(a_mail(**headers))).automatic

    @pytest.mark.parametrize(
        "headers", [{"Auto_Submitted": "no"}, {"Return_Path": "<dana@example.com>"}]
    )
    def test_is_none_that_a_person_wrote(self, headers):
        assert not read_mail(raw(a_mail(**headers))).automatic

    def test_is_each_of_ours(self):
        """What we send says so itself, or two engines would write to each other for ever."""
        assert read_mail(raw(a_mail(Auto_Submitted="auto-generated"))).automatic


class TestABounce:
    @pytest.mark.parametrize("whole", [True, False])
    def test_names_the_mail_that_came_back_and_why(self, whole):
        bounce = read_mail(a_bounce(whole=whole)).bounce

        assert bounce is not None
        assert (bounce.failed, bounce.status, bounce.mails) == (True, "5.1.1", (OURS,))
        assert bounce.says == "550 5.1.1 <dana@example.com>: no such user"

    def test_of_a_mail_that_is_late_is_no_failure(self):
        bounce = read_mail(a_bounce(action="delayed", status="4.4.1")).bounce

        assert bounce is not None
        assert not bounce.failed

    def test_is_no_receipt_of_a_mail_that_was_read(self):
        read = a_bounce().replace(b"delivery-status;", b"disposition-notification;")

        mail = read_mail(read.replace(b"report-type=delivery-status", b"report-type=disposition"))
        assert (mail.bounce, mail.automatic) == (None, True)

    def test_is_read_as_the_standard_library_writes_it(self):
        again = message_from_bytes(a_bounce(), policy=default).as_bytes()

        assert read_mail(again).bounce == read_mail(a_bounce()).bounce
