"""A parcel nobody announced: it waits in quarantine until it belongs to a return, or leaves (46).

    quarantined ──match──────▶ matched ──release──▶ quarantined
         └───────send_back───▶ sent_back

Released is what was matched to the wrong return, as long as nothing was counted in from it; that
condition is known to the use case. Nothing here leads to money: a return does.
"""

from collections.abc import Mapping
from enum import StrEnum

from returns_engine.rules.lifecycle.moves import advance


class ParcelState(StrEnum):
    """Where an unannounced parcel stands."""

    QUARANTINED = "quarantined"
    MATCHED = "matched"
    SENT_BACK = "sent_back"


class ParcelEvent(StrEnum):
    """What may happen to an unannounced parcel."""

    MATCH = "match"
    RELEASE = "release"
    SEND_BACK = "send_back"


INITIAL = ParcelState.QUARANTINED

_S, _E = ParcelState, ParcelEvent

TABLE: Mapping[tuple[ParcelState, ParcelEvent], ParcelState] = {
    (_S.QUARANTINED, _E.MATCH): _S.MATCHED,
    (_S.QUARANTINED, _E.SEND_BACK): _S.SENT_BACK,
    (_S.MATCHED, _E.RELEASE): _S.QUARANTINED,
}


def next_parcel(state: ParcelState, event: ParcelEvent) -> ParcelState:
    """Return the state of an unannounced parcel after `event`, or raise TransitionNotAllowed."""
    return advance(TABLE, state, event)
