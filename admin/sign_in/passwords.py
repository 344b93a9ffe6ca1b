"""Compare a password in a thread: 600,000 rounds would hold up every other request."""

import asyncio
import hmac

from piccolo.apps.user.tables import BaseUser

from returns_engine.workflow.keep_staff import LONGEST_PASSWORD


async def password_fits(password: str, stored: str | None) -> bool:
    """Tell whether this is the password that is `stored`.

    Piccolo's own `BaseUser.login` hashes in the event loop. An account that does not exist costs
    as much as one that does, so the time tells nothing.
    """
    if len(password) > LONGEST_PASSWORD:
        return False
    if stored is None:
        await asyncio.to_thread(BaseUser.hash_password, password)
        return False
    _, rounds, salt, _ = BaseUser.split_stored_password(stored)
    hashed = await asyncio.to_thread(BaseUser.hash_password, password, salt, int(rounds))
    return hmac.compare_digest(hashed, stored)


async def is_own_password(staff: int, password: str) -> bool:
    """Tell whether this is the password of somebody who is signed in."""
    row = await BaseUser.select(BaseUser.password).where(BaseUser.id == staff).first()
    return await password_fits(password, row["password"] if row else None)
