"""What is sold, and to whom: names nobody has, at addresses that take no mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True, kw_only=True)
class Ware:
    """Something in the catalogue; `price` in minor units, before tax."""

    sku: str
    title: str
    price: int
    kind: str = "stock"
    category: str = "seat_cover"
    vehicle: Mapping[str, str | int] | None = None


STOCK = (
    Ware(sku="EKR-F150-BLK", title="Seat covers, Ford F-150, black", price=12995),
    Ware(sku="EKR-CIVIC-GRY", title="Seat covers, Honda Civic, grey", price=10995),
    Ware(sku="EKR-RAM-TAN", title="Seat covers, Ram 1500, tan", price=13995),
    Ware(sku="EKR-UNI-RED", title="Seat covers, universal, red", price=7995),
    Ware(sku="EKR-MAT-4", title="Floor mats, set of four", price=4900, category="accessory"),
    Ware(sku="EKR-HOLD", title="Phone holder", price=1600, category="accessory"),
    Ware(sku="EKR-ORG", title="Trunk organizer", price=2900, category="accessory"),
    Ware(sku="EKR-WHEEL", title="Steering wheel cover", price=2400, category="accessory"),
)
MADE = (
    Ware(
        sku="CUB-RAV4-TAN",
        title="1stCubrir seat covers, made for Toyota RAV4, tan",
        price=28900,
        kind="custom",
        vehicle={"make": "Toyota", "model": "RAV4", "year": 2021},
    ),
    Ware(
        sku="CUB-MODY-WHT",
        title="1stCubrir seat covers, made for Tesla Model Y, white",
        price=31900,
        kind="custom",
        vehicle={"make": "Tesla", "model": "Model Y", "year": 2023},
    ),
    Ware(sku="GIFT-50", title="Gift card", price=5000, kind="gift_card", category="gift_card"),
)

_FIRST = [
    "Dana",
    "Noor",
    "Mika",
    "Alex",
    "Jude",
    "Robin",
    "Sam",
    "Kim",
    "Ari",
    "Lou",
    "Max",
    "Toni",
    "Sasha",
    "Rene",
    "Jody",
    "Casey",
]
_LAST = [
    "Reyes",
    "Haddad",
    "Lund",
    "Moss",
    "Ferro",
    "Okafor",
    "Tran",
    "Weiss",
    "Novak",
    "Silva",
    "Berg",
    "Rossi",
    "Stein",
    "Park",
]
_TOWNS = (
    ("Chicago", "IL", "60601"),
    ("Austin", "TX", "73301"),
    ("Denver", "CO", "80202"),
    ("Portland", "OR", "97201"),
    ("Atlanta", "GA", "30303"),
    ("Boston", "MA", "02108"),
    ("Phoenix", "AZ", "85001"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who buys, and where."""

    name: str
    email: str
    phone: str | None
    line1: str
    city: str
    region: str
    postal_code: str


def drawn_person(draw: Random, number: str) -> Person:
    """Return who placed the order of this number; the address is one of example.com."""
    first, last = draw.choice(_FIRST), draw.choice(_LAST)
    city, region, postal_code = draw.choice(_TOWNS)
    return Person(
        name=f"{first} {last}",
        email=f"{first}.{last}.{number}@example.com".lower(),
        # Numbers kept for stories (555-0100 to 555-0199).
        phone=f"+1312555{draw.randrange(100, 200):04}" if draw.random() < 0.6 else None,  # noqa: PLR2004 - a share
        line1=f"{draw.randrange(1, 9999)} Main St",
        city=city,
        region=region,
        postal_code=postal_code,
    )


def drawn_wares(draw: Random, *, returned: bool) -> list[Ware]:
    """Return one to three different things; the first of an order with a return is from stock."""
    chosen = draw.sample(STOCK, draw.choices((1, 2, 3), (60, 30, 10))[0])
    if draw.random() < 0.2 and not (returned and len(chosen) == 1):  # noqa: PLR2004 - a share
        chosen[-1] = draw.choice(MADE)
    return chosen
