"""Clauses that came after policies were published: a file written before them says this."""

from collections.abc import Mapping

from returns_engine.rules.policy import Clause

_MISSING_PARCEL = Clause(
    clause_id="delivery.missing",
    says=(
        "If a parcel is late or missing, a person asks the carrier first; if it does not turn up,"
        " you choose: your money back, or the same again."
    ),
    source="reading",
    statements=("74", "97"),
    in_languages={
        "es": (
            "Si un paquete se retrasa o falta, una persona pregunta primero al transportista; si no"
            " aparece, usted elige: su dinero de vuelta o lo mismo otra vez."
        )
    },
)

LATER: Mapping[str, Clause] = {_MISSING_PARCEL.clause_id: _MISSING_PARCEL}
