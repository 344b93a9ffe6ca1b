"""Who acts, as use cases and events need to know it."""

from dataclasses import dataclass

from returns_engine.rules.words import ActorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody who acts: `id` of a staff member or API key, `person` the human behind either.

    `order` is the number of the one order a customer may see. Separation of duties compares
    persons, so a key that is bound to somebody acts as that somebody.
    """

    kind: ActorKind
    id: str | None = None
    person: int | None = None
    order: str | None = None


SYSTEM = Actor(kind=ActorKind.SYSTEM)
