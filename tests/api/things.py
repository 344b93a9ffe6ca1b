"""One of everything the API knows, so that whoever is let in finds something."""

from dataclasses import dataclass

from tests.api.conftest import Api
from tests.api.journey import print_label, proposed
from tests.api.orders import asked, request
from tests.api.test_choices import offered, unshipped
from tests.api.test_parcels import quarantined
from tests.api.test_replacements import NOBODY_ELSES, planned
from tests.workflow.pictures import a_picture

CHOOSERS_ORDER = "EKR-1002"
USED = {"unused": False, "tags_attached": True, "original_packaging": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Things:
    """What stands for each name in an address."""

    names: dict[str, str]

    def address(self, path: str) -> str:
        """Return an address where something is."""
        return path.format(**self.names)

    def nowhere(self, path: str) -> str:
        """Return an address of the same form where nothing is."""
        nothing = {
            name: "987654" if is_there.isdecimal() else NOBODY_ELSES
            for name, is_there in self.names.items()
        }
        return path.format(**nothing | {"number": "RMA-00000000", "order_number": "EKR-0000"})

    def order_of(self, path: str) -> str:
        """Return whose order an address is about, where it is one customer's."""
        return CHOOSERS_ORDER if "{choice_id}" in path else "EKR-1001"


async def one_of_everything(api: Api) -> Things:
    """Bring about a refund to approve, a replacement, something on top, a choice and a parcel."""
    refund = await proposed(api)
    number = refund["return_number"]
    await print_label(number, b"%PDF-")
    mails = (await api.by("support").get(f"/returns/{number}/messages")).json()["items"]
    customer = await api.customer()
    refused = await customer.post(
        "/returns", json=request("EKR-1001", asked(declared_condition=USED))
    )
    photo = await customer.post("/photos", files={"file": ("a.jpg", a_picture(), "image/jpeg")})
    await unshipped(api, CHOOSERS_ORDER)
    choice = await offered(api, CHOOSERS_ORDER)
    replacement = await planned(api, "EKR-1003", reference="pi_3")
    on_top = (await api.by("finance").get("/compensations")).json()["items"]
    return Things(
        names={
            "order_number": "EKR-1001",
            "number": number,
            "message_id": mails[0]["id"],
            "decision_id": refused.json()["decision_id"],
            "photo_id": photo.json()["photo_id"],
            "refund_id": refund["id"],
            "choice_id": choice["id"],
            "replacement_id": replacement["id"],
            "compensation_id": on_top[0]["id"],
            "parcel_id": (await quarantined(api))["id"],
        }
    )
