"""Which case somebody means who types a number beside a mail that fits none."""

from returns_engine.queries.rows import rows
from returns_engine.rules.rma_number import normalize_rma_number
from returns_engine.texts.words import mark
from returns_engine.workflow.refusals import refuse_field

NO_SUCH_CASE = mark("There is no return, and no order, with this number.")
_NONE_OF_IT = mark("Nobody asked for a return of this order, so there is no case yet.")
_SEVERAL = mark("This order has several returns. Type the number of one:")
_MOST = 20
_OF_ORDER = """
SELECT r.number FROM orders o LEFT JOIN returns r ON r."order" = o.id
WHERE o.id = (SELECT id FROM orders WHERE lower(number) = lower({})
              ORDER BY number = {} DESC, id LIMIT 1)
ORDER BY r.id DESC LIMIT {}
"""


async def case_called(typed: str) -> str:
    """Return the RMA number that `typed` is, or that of the only return of the order it is.

    Raises Unprocessable `not_found`, or `several` with their numbers, at `/number`.
    """
    number = normalize_rma_number(typed)
    if number is not None:
        return number
    found = [row["number"] for row in await rows(_OF_ORDER, typed, typed, _MOST)]
    if not found:
        raise refuse_field("not_found", NO_SUCH_CASE, "/number")
    if found == [None]:
        raise refuse_field("not_found", _NONE_OF_IT, "/number")
    if len(found) > 1:
        raise refuse_field("several", f"{_SEVERAL} {', '.join(found)}", "/number")
    return str(found[0])
