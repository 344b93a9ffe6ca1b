"""The staff's second step at the sign-in: an authenticator app, and codes for when it is lost."""

from piccolo.apps.user.tables import BaseUser
from piccolo.columns import BigInt, ForeignKey, OnDelete, Serial, Timestamptz, Varchar
from piccolo.constraints import Unique
from piccolo.table import Table


class StaffTotp(Table, tablename="staff_totp", help_text="An authenticator app of the staff"):
    """That somebody has an app. What it counts with is made of `salt` and the engine's own key."""

    id: Serial
    staff = ForeignKey(BaseUser, on_delete=OnDelete.cascade, null=False, unique=True)
    salt = Varchar(length=64, secret=True)
    last_step = BigInt(help_text="The half minute of the last code that was taken")
    enrolled_at = Timestamptz(default=None)


class RecoveryCode(
    Table, tablename="staff_recovery_codes", help_text="A code for when the app is lost"
):
    """A code that lets its owner in once; kept as a digest."""

    id: Serial
    staff = ForeignKey(BaseUser, on_delete=OnDelete.cascade, null=False)
    code_digest = Varchar(length=64, secret=True)
    created_at = Timestamptz(default=None)
    used_at = Timestamptz(default=None, null=True)

    staff_recovery_codes_uq_code = Unique([staff, code_digest])
