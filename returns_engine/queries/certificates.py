"""Refund certificates: the paper for who owns it, and what its public page says to anybody."""

from dataclasses import dataclass
from typing import Any

from returns_engine.queries.rows import first_row, loaded

_PDF = """
SELECT d.pdf FROM certificate_documents d JOIN certificates c ON c.id = d.certificate
JOIN returns r ON r.id = c.return_id WHERE r.number = {}
"""
# Paid once is what has a credit note, or will have one within a moment.
_STANDING = """
SELECT o.erased_at IS NOT NULL AS erased, EXISTS (
    SELECT FROM refunds f WHERE f.return_id = r.id AND (f.state = 'succeeded'
    OR EXISTS (SELECT FROM credit_notes n WHERE n.refund = f.id))) AS paid
FROM returns r JOIN orders o ON o.id = r."order" WHERE r.number = {}
"""
# What is here may be read by anybody who holds the code: no name, no address, no order number.
_PUBLIC = """
SELECT r.number,
  (SELECT json_agg(json_build_object(
      'state', f.state, 'amount', f.amount, 'currency', f.currency,
      'provider', p.provider, 'method', p.method, 'manual_reason', f.manual_reason,
      'sent_on', COALESCE(f.sent_on, (SELECT max(n.sent_on) FROM credit_notes n
                                      WHERE n.refund = f.id)),
      'bank_from', f.bank_from, 'bank_by', f.bank_by,
      'notes', (SELECT json_agg(json_build_object(
                    'number', n.number, 'issued_on', n.issued_on, 'reverses', v.number)
                    ORDER BY n.turn)
                FROM credit_notes n LEFT JOIN credit_notes v ON v.id = n.reverses
                WHERE n.refund = f.id)) ORDER BY f.proposed_at, f.id)
   FROM refunds f JOIN payments p ON p.id = f.payment WHERE f.return_id = r.id
     AND EXISTS (SELECT FROM credit_notes n WHERE n.refund = f.id)) AS refunds
FROM certificates c JOIN returns r ON r.id = c.return_id WHERE c.code = {}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicCertificate:
    """What a certificate's public page shows, as the books stand now."""

    return_number: str
    refunds: list[dict[str, Any]]


async def read_certificate_pdf(number: str) -> bytes | None:
    """Return the certificate of a return's refunds as PDF, or None while there is none."""
    row = await first_row(_PDF, number)
    return None if row is None else bytes(row["pdf"])


async def why_no_certificate(number: str) -> str:
    """Return the sentence that says why a return has no certificate."""
    row = await first_row(_STANDING, number) or {"erased": False, "paid": False}
    if not row["paid"]:
        return "No refund of this return was sent yet."
    if row["erased"]:
        return "The person it was for was erased, and the certificate with them."
    return "A refund of this return was sent; its certificate is being made. Ask again in a moment."


async def read_public_certificate(code: str) -> PublicCertificate | None:
    """Return what holds of a certificate, by its code as it is stored; None for an unknown one."""
    row = await first_row(_PUBLIC, code)
    if row is None:
        return None
    return PublicCertificate(return_number=row["number"], refunds=loaded(row["refunds"]) or [])
