"""Check a case that was exported, without a database: its chains, its words, and kept anchors."""

from collections.abc import Mapping, Sequence
from typing import Any

from returns_engine.gateways.anchor_store.folder import AnchorFile
from returns_engine.queries.anchors import heads_in, read_anchors
from returns_engine.queries.audit_problems import AuditReport, audit_problem
from returns_engine.queries.case_file import CASE_FORMAT
from returns_engine.rules.bound_words import BoundWords, faults_of_words
from returns_engine.rules.event_chain import ChainedEvent, verify_chain


class NoCaseFile(ValueError):  # noqa: N818 - named for what the document is not
    """The document is no case that was exported."""


def check_case_file(
    document: object, *, anchors: Sequence[AnchorFile] = (), key: str | None = None
) -> AuditReport:
    """Check the chains of an exported case against themselves, and against kept anchors.

    Raises NoCaseFile. Only the chains can be checked so: the rest of the file tells what stood in
    the database beside them.
    """
    report = AuditReport()
    chains = _chains_of(document)
    for chain in chains:
        _check_chain(chain, report)
    for anchor in read_anchors(anchors, key=key, report=report):
        held = {chain["chain"]: chain["events"] for chain in chains}
        for head in heads_in(anchor.file):
            events = held.get(head.chain)
            # What came later than the export is not in it.
            if events is None or head.count > len(events):
                continue
            if events[head.count - 1]["hash"] != head.head:
                problem = audit_problem(
                    "rewritten_since_anchor", head.chain, head.count, witness=anchor.named
                )
                report.problems.append(problem)
    return report


def _chains_of(document: object) -> list[dict[str, Any]]:
    if not isinstance(document, Mapping) or document.get("format") != CASE_FORMAT:
        raise NoCaseFile(f"its format is not {CASE_FORMAT}")
    chains = document.get("chains")
    if not isinstance(chains, list) or not chains:
        raise NoCaseFile("it holds no chains")
    return chains


def _check_chain(chain: Mapping[str, Any], report: AuditReport) -> None:
    try:
        events = [_chained(event, chain["chain"]) for event in chain["events"]]
        found = verify_chain(events, count=chain["count"], head=chain["head"])
        words = list(faults_of_words([_bound(event) for event in chain["events"]]))
    except (KeyError, TypeError, AttributeError) as error:
        raise NoCaseFile(f"an event of it cannot be read: {error}") from None
    report.chains += 1
    report.events += len(events)
    if found is not None:
        report.problems.append(audit_problem(str(found.fault), chain["chain"], found.sequence))
    report.problems.extend(audit_problem(str(fault), chain["chain"], at) for fault, at in words)


def _chained(event: Mapping[str, Any], chain: str) -> ChainedEvent:
    body = event["body"]
    if body["chain"] != chain:
        raise KeyError(f"an event of {body['chain']} among those of {chain}")
    return ChainedEvent(
        sequence=body["sequence"],
        previous_hash=event["previous_hash"],
        hash=event["hash"],
        body=body,
    )


def _bound(event: Mapping[str, Any]) -> BoundWords:
    body = event["body"]
    return BoundWords(
        sequence=body["sequence"],
        type=body["type"],
        digest=body["data"].get("text_digest"),
        salt=event["salt"],
        words=event["text"],
    )
