"""The merchant's look in mails that a mail server took: their colors, and their logo."""

import re
from dataclasses import replace

from returns_engine.documents.incoming_mail.reading import read_mail
from returns_engine.documents.mail_logo import mail_logo
from returns_engine.gateways.payments.stripe_client import StripeGateway
from returns_engine.jobs.send_message import run
from returns_engine.rules.colors import READABLE, contrast
from returns_engine.worker import job_tools
from tests.api.journey import print_label
from tests.documents.mails import a_mail, raw
from tests.documents.test_mail_logo import drawn
from tests.letters.postbox import SETTINGS
from tests.letters.test_send_message import body, tell, waiting

LOGO = mail_logo(drawn(300, 100))


def html_of(mail) -> str:
    return body(mail, "html")


def at_night(html: str) -> str:
    """The part of the style sheet that holds by night."""
    return html.split("@media (prefers-color-scheme: dark) {")[1].split("</style>", maxsplit=1)[0]


class TestTheColorsOfAMail:
    async def test_are_the_merchants_by_day_and_by_night(self, post, number):  # noqa: ARG002 - a return must be there
        accent = "#7a1f5c"
        html = html_of(await post.send(await waiting("return_requested"), accent=accent))

        assert '<meta name="color-scheme" content="light dark">' in html
        (button,) = re.findall(r"\.button { background: (#\w{6}) !important; color: (#\w{6})", html)
        (link,) = re.findall(r"\.foot a { color: (#\w{6})", html)
        assert contrast(*button) >= READABLE
        for ground in re.findall(r"\.(?:paper|sheet|quote) { background: (#\w{6})", html):
            assert contrast(link, ground) >= READABLE
            assert contrast("#e9ece8", ground) >= READABLE
        assert accent in html.split("<body")[1]
        assert accent not in at_night(html)

    async def test_are_ours_where_none_is_set(self, post, number):  # noqa: ARG002 - likewise
        html = html_of(await post.send(await waiting("return_requested")))

        assert "#0e5a4f" in html.split("<body")[1]
        assert ".button { background: #" in at_night(html)

    async def test_change_for_everything_that_has_one_of_its_own(self, post, number):
        mail = await post.send(await tell(number, "message_from_us", message="Yes."))
        html = html_of(mail)

        colored = re.findall(r"<(\w+)([^>]*?)style=\"[^\"]*(?:background|color):#", html)
        named = set(re.findall(r"\.(\w+) ", at_night(html)))
        assert len(colored) >= 5
        for tag, attributes in colored:
            classes = re.findall(r'class="([^"]*)"', attributes)
            assert tag in ("a", "img") or named & set(" ".join(classes).split()), (tag, attributes)


class TestTheLogoOfAMail:
    async def test_travels_inside_it_and_is_loaded_from_nowhere(self, post, number):  # noqa: ARG002 - likewise
        mail = await post.send(
            await waiting("return_requested"), logo=LOGO, shop_name='Seats & "More"'
        )

        (source,) = re.findall(r'<img src="([^"]+)"', html_of(mail))
        assert 'alt="Seats &amp; &#34;More&#34;" width="144" height="48"' in html_of(mail)
        (picture,) = [part for part in mail.walk() if part.get_content_type() == "image/png"]
        assert source == f"cid:{picture['Content-ID'][1:-1]}"
        assert picture.get_content() == LOGO.content
        assert picture.get_content_disposition() == "inline"
        assert mail.get_content_type() == "multipart/alternative"
        assert list(mail.iter_attachments()) == []
        assert re.findall(r"url\(|@import|<link|src=\"http", html_of(mail)) == []

    async def test_stands_beside_the_label(self, post, number):
        await print_label(number, b"%PDF-1.4 a label")

        mail = await post.send(await tell(number, "return_approved"), logo=LOGO)

        (label,) = mail.iter_attachments()
        assert label.get_filename() == f"{number}.pdf"
        assert "cid:logo@ekrauto.com" in html_of(mail)
        assert [part.get_content_type() for part in mail.walk()] == [
            *("multipart/mixed", "multipart/alternative", "text/plain"),
            *("multipart/related", "text/html", "image/png", "application/pdf"),
        ]

    async def test_is_that_of_the_settings_where_the_worker_sends(self, post, number, tmp_path):  # noqa: ARG002 - likewise
        file = tmp_path / "logo.webp"
        file.write_bytes(drawn(300, 100, "WEBP").content)
        settings = replace(SETTINGS, logo=file, smtp_host="127.0.0.1")
        tools = replace(job_tools(settings, StripeGateway(api_key="sk_test_no")), mail=post.client)

        await run(tools, message_id=str(await waiting("return_requested")))

        (mail,) = post.box.mails
        assert 'width="144" height="48"' in html_of(mail)

    async def test_is_not_there_where_none_is_set(self, post, number):  # noqa: ARG002 - likewise
        mail = await post.send(await waiting("return_requested"), shop_name="Seats & More")

        assert "<img" not in html_of(mail)
        assert ">Seats &amp; More</p>" in html_of(mail)
        assert [part.get_content_type() for part in mail.walk()] == [
            *("multipart/alternative", "text/plain", "text/html"),
        ]

    def test_is_no_photo_of_the_customers_when_they_answer_with_it(self):
        answer = a_mail("See above.")
        answer.add_alternative('<p>See above.</p><img src="cid:logo@x">', subtype="html")
        answer.get_body(("html",)).add_related(
            LOGO.content, "image", "png", cid="<logo@x>", disposition="inline"
        )

        assert read_mail(raw(answer)).pictures == ()
