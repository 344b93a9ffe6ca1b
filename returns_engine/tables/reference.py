"""Reference data that staff keep: warehouses and the words of mails."""

from piccolo.columns import Boolean, Serial, Text, Varchar
from piccolo.constraints import Check
from piccolo.table import Table


class Warehouse(Table, tablename="warehouses", help_text="Where returns go"):
    """A place that takes returns in; its address is printed on labels."""

    id: Serial
    code = Varchar(length=32, unique=True)
    name = Text(help_text="As it stands on the label")
    line1 = Text()
    line2 = Text(null=True, default=None)
    city = Text()
    region = Text(null=True, default=None)
    postal_code = Varchar(length=32)
    country = Varchar(length=2)
    takes_returns = Boolean(default=True)


class ReplyTemplate(
    Table, tablename="reply_templates", help_text="Texts that support begins an answer with"
):
    """A text to a customer; `{name}`, `{number}`, `{order}` and `{next_step}` are filled in."""

    id: Serial
    name = Varchar(length=100, help_text="As it stands in the list of texts")
    language = Varchar(length=2, default="en")
    text = Text(help_text="{name}, {number}, {order} and {next_step} are filled in")
    in_use = Boolean(default=True)

    reply_templates_ck_language = Check("language IN ('en', 'es')")
    reply_templates_ck_text = Check("length(text) BETWEEN 1 AND 1900")
