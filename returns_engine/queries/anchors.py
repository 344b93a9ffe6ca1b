"""Hold the record against the anchors that are kept: what one of them tells must still be so."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from returns_engine.gateways.anchor_store.folder import AnchorFile
from returns_engine.queries.audit_problems import AuditProblem, AuditReport, audit_problem
from returns_engine.queries.rows import first_row, loaded, rows
from returns_engine.rules.anchor import (
    ANCHOR_CHAIN,
    ANCHORED,
    AnchoredHead,
    AnchorSeal,
    AnchorTitle,
    NoAnchor,
    RunningDigest,
    head_in,
    is_signed_by,
    seal_in,
    title_in,
)

_BATCH = 1000
_RETURNS = "RMA-"

_TOLD = """
SELECT data FROM events WHERE chain = {} AND type = {} ORDER BY sequence DESC LIMIT 1
"""
_CHANGED = """
SELECT a.chain, a.count, e.hash IS NULL AS gone,
       EXISTS (SELECT FROM events x WHERE x.chain = a.chain) AS there
FROM unnest({}::text[], {}::bigint[], {}::text[]) AS a (chain, count, head)
LEFT JOIN events e ON e.chain = a.chain AND e.sequence = a.count
WHERE e.hash IS DISTINCT FROM a.head ORDER BY a.chain
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorTold:
    """The newest anchor, as the record itself tells of it."""

    number: int
    day: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAnchor:
    """An anchor that was read: its file, which one it is, and its seal."""

    file: AnchorFile
    title: AnchorTitle
    seal: AnchorSeal

    @property
    def named(self) -> str:
        """Return what a sentence calls it."""
        return f"anchor {self.title.number} of {self.title.day}"


async def last_anchor_told() -> AnchorTold | None:
    """Return the newest anchor the record tells of, or None."""
    row = await first_row(_TOLD, ANCHOR_CHAIN, ANCHORED)
    if row is None:
        return None
    data = loaded(row["data"])
    return AnchorTold(number=data["number"], day=data["day"], digest=data["digest"])


def digest_of(file: AnchorFile) -> str:
    """Return the digest of an anchor, made anew from its lines."""
    digest, line = RunningDigest(), None
    for following in file.lines():
        if line is not None:
            digest.add(line)
        line = following
    return digest.value()


async def check_anchors(
    files: Sequence[AnchorFile], *, key: str | None, report: AuditReport
) -> None:
    """Check the anchors themselves, and the record against each; memory holds a batch of heads.

    Without `key` signatures are not checked. What is found goes into `report`.
    """
    kept = read_anchors(files, key=key, report=report)
    told = await last_anchor_told()
    if told is not None and (not files or files[-1].number < told.number):
        newest = files[-1].name if files else "Nothing"
        witness = f"anchor {told.number} of {told.day}"
        report.problems.append(audit_problem("anchor_cut", newest, witness=witness))
    named: set[str] = set()
    for place, anchor in enumerate(kept):
        following = kept[place + 1].file if place + 1 < len(kept) else None
        for batch in _batches(_not_told_again(anchor.file, following)):
            found = await _changed(batch, anchor.named)
            report.problems.extend(one for one in found if one.chain not in named)
            named.update(one.chain for one in found)


def read_anchors(
    files: Sequence[AnchorFile], *, key: str | None, report: AuditReport
) -> list[KeptAnchor]:
    """Return the anchors that are whole, signed, and follow each other; the rest is reported."""
    report.anchors = len(files)
    report.signatures_checked = key is not None and bool(files)
    kept: list[KeptAnchor] = []
    before: KeptAnchor | None = None
    for file in files:
        try:
            anchor, fault = _read(file, key)
        except (NoAnchor, OSError) as error:
            problem = audit_problem("anchor_unreadable", file.name, witness=str(error))
            report.problems.append(problem)
            before = None
            continue
        if fault is not None:
            report.problems.append(audit_problem(fault, file.name))
        else:
            kept.append(anchor)
        if before is not None and (missing := _missing_between(before, anchor)):
            problem = audit_problem("anchor_missing", file.name, witness=missing)
            report.problems.append(problem)
        before = anchor
    return kept


def heads_in(file: AnchorFile) -> Iterator[AnchoredHead]:
    """Give the heads of an anchor, in the order of their chains; raises NoAnchor."""
    lines = file.lines()
    next(lines, None)
    line = None
    for following in lines:
        if line is not None:
            yield head_in(line)
        line = following


def _read(file: AnchorFile, key: str | None) -> tuple[KeptAnchor, str | None]:
    digest = RunningDigest()
    lines = file.lines()
    first = next(lines, None)
    if first is None:
        raise NoAnchor("it is empty")
    title, line = title_in(first), first
    for following in lines:
        if digest.lines:
            head_in(line)
        digest.add(line)
        line = following
    seal = seal_in(line)
    fault = None
    whole = (seal.digest, seal.chains) == (digest.value(), digest.lines - 1)
    if not whole or (title.number, title.day) != (file.number, file.day):
        fault = "anchor_edited"
    elif key is not None and not is_signed_by(seal, key):
        fault = "anchor_forged"
    return KeptAnchor(file=file, title=title, seal=seal), fault


def _missing_between(before: KeptAnchor, after: KeptAnchor) -> str | None:
    """Name what should stand between two anchors that are kept one after the other."""
    if after.title.number > before.title.number + 1:
        return f"Anchor {before.title.number + 1}"
    follows = after.title.number == before.title.number + 1
    if not follows or after.title.previous != before.seal.digest:
        return f"The anchor before {after.title.number}"
    return None


def _not_told_again(file: AnchorFile, following: AnchorFile | None) -> Iterator[AnchoredHead]:
    """Give the heads that the next anchor does not tell in the same words, and so vouch for."""
    later = heads_in(following) if following else iter(())
    told = next(later, None)
    for head in heads_in(file):
        while told is not None and told.chain < head.chain:
            told = next(later, None)
        if told != head:
            yield head


def _batches(heads: Iterable[AnchoredHead]) -> Iterator[list[AnchoredHead]]:
    batch: list[AnchoredHead] = []
    for head in heads:
        batch.append(head)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


async def _changed(batch: Sequence[AnchoredHead], witness: str) -> list[AuditProblem]:
    found = await rows(
        _CHANGED,
        [head.chain for head in batch],
        [head.count for head in batch],
        [head.head for head in batch],
    )
    return [
        audit_problem(
            _fault(row["chain"], gone=row["gone"], there=row["there"]),
            row["chain"],
            row["count"] if row["there"] else None,
            witness=witness,
        )
        for row in found
    ]


def _fault(chain: str, *, gone: bool, there: bool) -> str:
    if not there:
        return "missing_return" if chain.startswith(_RETURNS) else "missing_chain"
    return "cut_since_anchor" if gone else "rewritten_since_anchor"
