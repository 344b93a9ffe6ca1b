"""A customer with a browser of their own, and a mailbox that a real SMTP server fills."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from gettext import NullTranslations
from typing import Any

import psycopg
from playwright.async_api import Locator, Page, expect

from returns_engine.sandbox.sample_order import SampleOrder
from returns_engine.texts.catalogue import load_translations
from tests.browser.test_customer_axe import axe_in, axe_without_scripts
from tests.journeys.shop import Shop, until
from tests.portal.test_asking import a_photo

PHONE, DESKTOP = "phone", "desktop"
SIZES: dict[str, dict[str, Any]] = {
    PHONE: {
        "viewport": {"width": 390, "height": 844},
        "is_mobile": True,
        "has_touch": True,
        "color_scheme": "dark",
    },
    DESKTOP: {"viewport": {"width": 1280, "height": 800}, "color_scheme": "light"},
}

# How a page is built: its elements with classes and attributes, and which of them say nothing.
_MAKE = """() => [...document.querySelectorAll("*")].map((one) => [
  one.tagName, one.className.baseVal ?? one.className, ...one.getAttributeNames(),
  one.textContent.trim() === ""].join(" ")).join("\\n")"""
_HOLD = "SELECT FROM orders WHERE number = %s FOR UPDATE"
_WAITS = "SELECT FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
_CLEAN: set[str] = set()
PHOTOS = [
    {"name": f"{color}.jpg", "mimeType": "image/jpeg", "buffer": a_photo(color)}
    for color in ("red", "blue")
]


@dataclass(frozen=True, kw_only=True)
class Way:
    """A size, and whether scripts run; a phone is looked at in the dark, a desktop by day."""

    size: str
    script: bool

    def __str__(self) -> str:
        return f"{self.size} {'with' if self.script else 'without'} JavaScript"

    @property
    def device(self) -> dict[str, Any]:
        """Return what a browser is told to be."""
        told = {"java_script_enabled": self.script, "reduced_motion": "reduce"}
        return {**SIZES[self.size], **told}


@dataclass(kw_only=True)
class Customer:
    """Taps and reads; counts taps and screens, and notes what is wrong with each page met."""

    page: Page
    shop: Shop
    way: Way
    locale: str = "en-US"
    taps: int = 0
    met: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    read: set[str] = field(default_factory=set)

    @cached_property
    def _texts(self) -> NullTranslations:
        return load_translations(self.locale.partition("-")[0])

    def says(self, text: str) -> str:
        """Return a sentence of ours in the customer's language; it must be translated."""
        said = self._texts.gettext(text)
        assert self.locale.startswith("en") or said != text, f"not translated: {text}"
        return said

    # Hands

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=self.says(name), exact=True)

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=self.says(name))

    def heading(self, name: str) -> Locator:
        return self.page.get_by_role("heading", name=self.says(name))

    def field(self, name: str) -> Locator:
        return self.page.get_by_label(self.says(name)).first

    async def tap(self, place: Locator) -> None:
        """Touch on a phone, click on a desktop."""
        self.taps += 1
        await (place.tap() if self.way.size == PHONE else place.click())

    async def tap_twice(self, place: Locator, order: SampleOrder) -> None:
        """Tap a form's button again while the answer to the first is on its way; counted once.

        Two clicks in a breath are one to Chromium: the first must have reached us. The answer is
        held where it is made, by the order's row: a browser that is told to hold a page, and then
        to let go of it, may stand still.
        """
        self.taps += 1
        await place.scroll_into_view_if_needed()
        box = await place.bounding_box()
        assert box is not None
        where = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        at = await psycopg.AsyncConnection.connect(self.shop.running.demo.database_url)
        async with at, at.transaction():

            async def reached() -> bool:
                return (await (await at.execute(_WAITS)).fetchone()) is not None

            await at.execute(_HOLD, [order.number])
            await self.page.mouse.click(*where)
            await until(reached)
            await self.page.mouse.click(*where)

    async def choose(self, place: Locator, value: str) -> None:
        """Open a list and take one of it: two taps."""
        self.taps += 2
        await place.select_option(value)

    async def opened(self, name: str) -> bytes:
        """Return the file that a link of the page leads to."""
        path = await self.link(name).get_attribute("href")
        answer = await self.page.request.get(f"{self.shop.running.demo.web}{path}")
        assert answer.ok, answer.status
        return await answer.body()

    # Eyes

    async def sees(self, heading: str) -> None:
        """Wait for the screen under this heading, whole; axe finds nothing on it."""
        first = self.page.get_by_role("heading", level=1)
        await expect(first).to_have_text(self.says(heading))
        self.met.append(heading)
        await self.looks()

    async def looks(self) -> None:
        """Look at the page as it stands now: axe finds nothing, and it is not too wide.

        A page built as one that was found clean in this way before is not looked at again.
        """
        await self.page.wait_for_load_state()
        make = f"{self.way} {self.locale} {await self.page.evaluate(_MAKE)}"
        if make in _CLEAN:
            return
        look = axe_in if self.way.script else axe_without_scripts
        found = await look(self.page, SIZES[self.way.size]["color_scheme"])
        wide = await self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        if wide > 0:
            found.append(f"{self.page.url} is wider than the screen")
        self.faults += found
        if not found:
            _CLEAN.add(make)

    # Mails

    async def mail(self, order: SampleOrder, about: str) -> dict[str, Any]:
        """Wait for a mail not read yet with this in its subject, and read it."""
        wanted = self.says(about).partition("%")[0]

        async def arrived() -> dict[str, Any] | None:
            new = [
                one for one in await self.shop.mails(order) if one["message_id"] not in self.read
            ]
            return next((one for one in new if wanted in one["subject"]), None)

        found = await until(arrived)
        self.read.add(found["message_id"])
        return found

    async def follow(self, order: SampleOrder, about: str, to: str = "/returns/") -> dict[str, Any]:
        """Open the link in a mail, the same in text and HTML, and return the mail."""
        letter = await self.mail(order, about)
        ours = rf"{re.escape(self.shop.running.demo.web)}{to}[^\s\"<>]+"
        link = re.search(ours, letter["text"])
        assert link is not None, letter["text"]
        assert link.group() in letter["html"]
        await self.page.goto(link.group())
        return letter

    # The way in

    async def comes_in(self, order: SampleOrder) -> None:
        """Find the order from the first page on; counting begins on the order's."""
        await self.page.goto(self.shop.running.demo.web)
        await self.enters(order)
        self.taps, self.met = 0, []
        await self.sees("What went wrong?")

    async def enters(self, order: SampleOrder) -> None:
        """Name the order where it is asked for, and type the code from the mail."""
        await self.sees("Something not right? Let's sort it out.")
        await self.field("Order number").fill(order.number)
        await self.field("E-mail address or phone number").fill(order.email)
        await self.tap(self.button("Send me a code"))
        await self.sees("Enter the code")
        letter = await self.mail(order, "Your code for order %(number)s")
        code = re.search(r"\b\d{6}\b", letter["text"])
        assert code is not None
        await self.field("Code from the mail").fill(code.group())
        await self.tap(self.button("Show my order"))

    async def number(self) -> str:
        """Return the number of the return whose page opens: at last, where a tap came twice.

        The first answer's page is given up for the second's, which ends a wait for any page.
        """
        await expect(self.page).to_have_url(re.compile("/returns/RMA-"))
        await self.page.wait_for_load_state()
        return self.page.url.rpartition("/")[2].partition("?")[0]

    async def shows_photos(self, number: int) -> None:
        """Hand up to two photos to the page, which keeps them at once where scripts run."""
        photos = PHOTOS[:number]
        await self.field("Photos of what is wrong").set_input_files(photos)  # type: ignore[arg-type]  # files by their parts
        if self.way.script:
            await expect(self.page.get_by_label(self.says("Send it along"))).to_have_count(number)
        await self.looks()
