"""Reference data that staff keep: warehouses and the words of mails."""

from piccolo.columns import Boolean, Serial, Text, Varchar
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
