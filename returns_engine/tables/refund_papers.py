"""The papers of refunds: credit notes without gaps for the books, certificates for the customer."""

from piccolo.columns import (
    BigInt,
    BigSerial,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    OnDelete,
    Serial,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from returns_engine.tables.refunds import Refund
from returns_engine.tables.returns import Return


class CreditNoteCounter(
    Table, tablename="credit_note_counter", help_text="The last number that was given out"
):
    """The one row whose lock keeps the series in order."""

    series = Varchar(length=8, primary_key=True, default="CN")
    year = Integer(default=0)
    place = Integer(default=0)

    credit_note_counter_ck_places = Check("year >= 0 AND place >= 0")


class CreditNote(
    Table, tablename="credit_notes", help_text="Numbered without gaps, never changed or deleted"
):
    """A credit note, or the one that reverses it: a refund's notes add up to what it paid."""

    id: BigSerial
    refund = ForeignKey(Refund, on_delete=OnDelete.restrict, null=False)
    turn = Integer(default=1, help_text="Odd: issued; even: reverses the one before")
    year = Integer()
    place = Integer(help_text="Counts from 1 in each year")
    number = Varchar(length=24, unique=True)
    reverses: ForeignKey["CreditNote"] = ForeignKey(
        "self", on_delete=OnDelete.restrict, null=True, default=None
    )
    amount = BigInt(help_text="Below zero where it reverses")
    currency = Varchar(length=3)
    sent_on = Date(default=None, null=True, help_text="When the money went")
    issued_on = Date(default=None, help_text="In the merchant's time zone")
    issued_at = Timestamptz(default=None)

    credit_notes_uq_place = Unique([year, place])
    credit_notes_uq_turn = Unique([refund, turn])
    credit_notes_uq_reverses = Unique([reverses])
    credit_notes_ck_number = Check(
        "place >= 1 AND number = 'CN-' || year || '-' ||"
        " lpad(place::text, greatest(6, length(place::text)), '0')"
    )
    credit_notes_ck_turn = Check(
        "turn >= 1 AND (turn % 2 = 1) = (reverses IS NULL) AND (amount > 0) = (reverses IS NULL)"
        " AND amount <> 0"
    )


class Certificate(Table, tablename="certificates", help_text="What proves the refunds of a return"):
    """The certificate of one return's refunds; its code opens the public page."""

    id: Serial
    return_ = ForeignKey(
        Return, on_delete=OnDelete.restrict, null=False, unique=True, db_column_name="return_id"
    )
    code = Varchar(length=32, unique=True)
    made_at = Timestamptz(default=None)


class CertificateDocument(
    Table, tablename="certificate_documents", help_text="The certificate as a PDF; holds a name"
):
    """The printed certificate, in a row that erasure can empty."""

    id: Serial
    certificate = ForeignKey(Certificate, on_delete=OnDelete.cascade, null=False, unique=True)
    pdf = Bytea()
    facts_digest = Varchar(length=64, help_text="Of what is printed on it")
    printed_at = Timestamptz(default=None)
