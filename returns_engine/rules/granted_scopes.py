"""What a role or a key comes to, in scopes."""

from collections.abc import Collection

from returns_engine.rules.words import PERSONAL_SCOPES, ROLE_SCOPES, Role, Scope


def scopes_of_roles(roles: Collection[Role]) -> frozenset[Scope]:
    """Return what somebody with `roles` may do."""
    return frozenset().union(*(ROLE_SCOPES[role] for role in roles))


def scopes_of_key(
    given: Collection[Scope], roles_of_person: Collection[Role] | None
) -> frozenset[Scope]:
    """Return what a key grants of the scopes it was given.

    A key of a person, whose roles are named, grants no more than those; a key of nobody (None)
    grants nothing that only a person may do.
    """
    if roles_of_person is None:
        return frozenset(given) - PERSONAL_SCOPES
    return frozenset(given) & scopes_of_roles(roles_of_person)


def roles_with(scope: Scope) -> tuple[Role, ...]:
    """Return the roles that hold `scope`: whom to ask, where one's own role may not."""
    return tuple(role for role in Role if scope in ROLE_SCOPES[role])
