"""An authenticator app, as somebody has it on their phone."""

import re
from dataclasses import dataclass, replace
from datetime import timedelta

import pyotp

from tests.admin.conftest import PASSWORD, StaffSide
from tests.portal.conftest import Visitor

SECOND_STEP = "/admin/account/second-step"


@dataclass
class App:
    """What was typed into the app, and the clock it goes by."""

    secret: str
    staff: StaffSide

    @property
    def code(self) -> str:
        return pyotp.TOTP(self.secret).at(self.staff.clock())

    def wrong(self) -> str:
        """Return six digits that are no code within the hour."""
        now, totp = self.staff.clock(), pyotp.TOTP(self.secret)
        right = {totp.at(now + timedelta(seconds=30 * step)) for step in range(-120, 121)}
        return next(f"{number:06}" for number in range(1000) if f"{number:06}" not in right)


async def set_up_app(person: Visitor, staff: StaffSide) -> tuple[App, list[str]]:
    """Set up an app for whoever is signed in; return it with the recovery codes."""
    await person.open(SECOND_STEP)
    app = App(key_on(person.text), staff)
    await person.send(SECOND_STEP, code=app.code)
    return app, codes_on(person.text)


def key_on(page: str) -> str:
    found = re.search(r'id="app-key">([A-Z2-7 ]+)<', page)
    assert found is not None
    return found[1].replace(" ", "")


def codes_on(page: str) -> list[str]:
    return re.findall(r"\b[a-z2-9]{4}(?:-[a-z2-9]{4}){3}\b", page)


def stranger(staff: StaffSide) -> Visitor:
    """Return a browser nobody is signed in with."""
    client = staff.client()
    client.follow_redirects = True
    return Visitor(client)


async def give_password(person: Visitor, email: str, password: str = PASSWORD) -> None:
    await person.open("/admin/sign-in?next=/admin/account")
    await person.send("/admin/sign-in", email=email, password=password)


def demand_second_step(staff: StaffSide) -> None:
    """Demand an app of finance and administrators, as production does."""
    settings = replace(staff.services.settings, second_step="yes")
    staff.app.state.services = replace(staff.services, settings=settings)
