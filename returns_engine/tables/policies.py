"""The versions of the policy that were published, and from when each is in force."""

from piccolo.columns import JSONB, Integer, Serial, Text, Timestamptz, Varchar
from piccolo.table import Table


class PublishedPolicy(
    Table, tablename="policies", help_text="A version of the policy, as it was published"
):
    """A policy file word for word; the row is never changed, the next version takes its place.

    `in_force_from` is null for the first one, which holds for all that came before it.
    """

    id: Serial
    policy_id = Varchar(length=64)
    version = Integer(unique=True)
    in_force_from = Timestamptz(default=None, null=True)
    published_at = Timestamptz(default=None)
    published_by = Integer(null=True, default=None, help_text="A person of the staff")
    note = Text(null=True, default=None, help_text="Why it was changed")
    sha256 = Varchar(length=64, help_text="Of the text, in UTF-8")
    text = Text(help_text="The TOML file")
    replay = JSONB(help_text="What it would have changed, as it stood when it was published")
