"""Print the certificate of a return's refunds, and print it anew when they changed."""

import asyncio
import secrets
from datetime import datetime

import structlog

from returns_engine.gateways.clock import Clock
from returns_engine.labels.certificate import CertificateContent, render_certificate
from returns_engine.rules.certificate_code import RANDOM_BITS, certificate_code
from returns_engine.tables.engine import connection, the_engine, transaction
from returns_engine.texts.catalogue import language_or_default
from returns_engine.texts.localized import texts_in
from returns_engine.workflow.issue_label import LabelPrint
from returns_engine.workflow.refund_certificate import (
    certificate_content,
    digest_of,
    read_certificate_facts,
)

log = structlog.get_logger()

_TRIES = 5
_MADE = """
INSERT INTO certificates (return_id, code, made_at)
SELECT r.id, $2, $3 FROM returns r WHERE r.number = $1 ON CONFLICT (return_id) DO NOTHING
"""
_CODE = """
SELECT c.code, d.facts_digest, o.language
FROM certificates c JOIN returns r ON r.id = c.return_id JOIN orders o ON o.id = r."order"
LEFT JOIN certificate_documents d ON d.certificate = c.id WHERE r.number = $1
"""
# The lock lets nobody print another version meanwhile, and no erasure pass between.
_LOCK = """
SELECT c.id FROM certificates c JOIN returns r ON r.id = c.return_id
JOIN order_contacts o ON o."order" = r."order"
WHERE r.number = $1 FOR UPDATE OF c FOR KEY SHARE OF o
"""
_KEEP = """
INSERT INTO certificate_documents (certificate, pdf, facts_digest, printed_at)
VALUES ($1, $2, $3, $4)
ON CONFLICT (certificate) DO UPDATE SET pdf = $2, facts_digest = $3, printed_at = $4
"""


async def issue_certificate(number: str, *, address: str, terms: LabelPrint, clock: Clock) -> None:
    """Print what holds now and keep it, unless just that was printed before; harmless twice.

    The first makes the code, which stays the certificate's own; `address` is that of the public
    page. Nothing is printed before a refund was paid, and for an order whose person was erased.
    """
    for _ in range(_TRIES):
        if await _printed(number, address, terms, clock()):
            return
    raise RuntimeError(f"The refunds of {number} changed whenever they were printed.")


async def _printed(number: str, address: str, terms: LabelPrint, now: datetime) -> bool:
    """Print once; say whether it is done, or the books changed while it was printed."""
    content = await _content(number, address, terms, now)
    if content is None:
        return True
    digest = digest_of(content)
    kept = await the_engine().fetch_row(_CODE, number)
    if kept is not None and kept["facts_digest"] == digest:
        return True
    paper = await asyncio.to_thread(render_certificate, content, terms.template.fonts)
    if paper.missing_glyphs:
        log.warning("certificate_glyphs_missing", number=number)
    async with transaction():
        locked = await connection().fetchrow(_LOCK, number)
        if locked is None:
            # Whoever it was for was erased while it was printed.
            return True
        again = await _content(number, address, terms, now)
        if again is None or digest_of(again) != digest:
            return False
        await connection().execute(_KEEP, locked["id"], paper.pdf, digest, now)
    return True


async def _content(
    number: str, address: str, terms: LabelPrint, now: datetime
) -> CertificateContent | None:
    facts = await read_certificate_facts(number)
    if facts is None:
        return None
    new = certificate_code(secrets.randbits(RANDOM_BITS))
    await the_engine().fetch_rows(_MADE, number, new, now)
    row = await the_engine().fetch_row(_CODE, number)
    if row is None:
        return None
    return certificate_content(
        facts,
        code=row["code"],
        address=address,
        merchant=terms.merchant,
        texts=texts_in(language_or_default(row["language"])),
    )
