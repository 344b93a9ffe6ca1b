"""The bodies of the calls about choices."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from returns_engine.documents.order import Id
from returns_engine.rules.choice import ChoiceKind, ChoiceOption
from returns_engine.web.api.bodies import Reference, UnitsBody

Skus = Annotated[list[Id], Meta(max_length=10)]


class OfferBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What is put to the customer; days and suggestions for a choice about stock alone."""

    kind: ChoiceKind
    lines: list[UnitsBody]
    restock_on: date | None = None
    restock_until: date | None = None
    swap_skus: Skus = []


class ChooseBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What the customer chooses; `sku` with a swap for which items were suggested."""

    option: ChoiceOption
    sku: Id | None = None


class DoneBody(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Under which number the staff carried it out, such as an order of the shop."""

    reference: Reference
