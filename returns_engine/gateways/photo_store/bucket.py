"""Pictures in a bucket: Amazon S3, or any server that speaks its protocol."""

import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from returns_engine.gateways.photo_store.store import (
    KeptFile,
    PhotoMissing,
    PhotoStoreAway,
    is_key,
    place_of,
)

if TYPE_CHECKING:
    from obstore.store import S3Store

FILES_AT_ONCE = 1000
_ANSWER_CODE = re.compile(r"<Code>(\w{1,64})</Code>")
_REFUSED = re.compile(r"status code: 40[13]\b")
_NO_BUCKET = "NoSuchBucket"


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketPlace:
    """Which bucket, and how to get in; its text form shows no secret.

    `endpoint` is None for Amazon itself. Everything of ours lies below `prefix`.
    """

    bucket: str
    key: str = field(repr=False)
    secret: str = field(repr=False)
    endpoint: str | None = None
    region: str = "us-east-1"
    prefix: str = "photos"


class BucketPhotoStore:
    """Keeps each picture as an object that nobody but the key's holder can read.

    A call that fails is made again twice, and given up after `patience`.
    """

    def __init__(
        self,
        place: BucketPlace,
        *,
        timeout: timedelta = timedelta(seconds=8),
        patience: timedelta = timedelta(seconds=15),
    ) -> None:
        self._place = place
        self._store = _opened(place, timeout, patience)

    async def put(self, key: str, content: bytes) -> None:
        """Keep a picture in one request: the bucket has it whole or not at all."""
        path = place_of(key)
        with self._or_away():
            # No rights are sent along: what the bucket's owner decided holds.
            await self._store.put_async(
                path, content, attributes={"Content-Type": "image/jpeg"}, use_multipart=False
            )

    async def get(self, key: str) -> bytes:
        """Read a picture; raises PhotoMissing."""
        path = place_of(key)
        with self._or_away():
            try:
                found = await self._store.get_async(path)
            except FileNotFoundError as error:
                if _NO_BUCKET in str(error):
                    raise
                raise PhotoMissing(key) from None
            return bytes(await found.bytes_async())

    async def delete(self, key: str) -> None:
        """Remove a picture, if it is there."""
        path = place_of(key)
        with self._or_away():
            try:
                await self._store.delete_async(path)
            except FileNotFoundError as error:
                # Amazon says that it is done; others say that it was not there.
                if _NO_BUCKET in str(error):
                    raise

    async def listed(self) -> AsyncIterator[Sequence[KeptFile]]:
        """Give every file below the prefix, a thousand at a time."""
        with self._or_away():
            async for batch in self._store.list(chunk_size=FILES_AT_ONCE):
                named = ((one["path"].rpartition("/")[2], one) for one in batch)
                yield [
                    KeptFile(key=name, kept_at=one["last_modified"])
                    for name, one in named
                    if is_key(name) and one["path"] == place_of(name)
                ]

    @contextmanager
    def _or_away(self) -> Iterator[None]:
        """Turn what the library raises into the store's own word."""
        from obstore.exceptions import BaseError  # noqa: PLC0415 - loaded with the store alone

        try:
            yield
        except (BaseError, FileNotFoundError) as error:
            raise PhotoStoreAway(self._mended_by(error)) from None

    def _mended_by(self, error: Exception) -> str:
        """Say what to do; the library's own words quote whole answers and stay behind."""
        told = str(error)
        bucket, where = self._place.bucket, self._place.endpoint or "Amazon S3"
        # While it lists, the library has one kind of error for all that goes wrong.
        if _REFUSED.search(told):
            return (
                f"The bucket {bucket} at {where} refuses our key: check RETURNS_ENGINE_S3_KEY and"
                " RETURNS_ENGINE_S3_SECRET, and what the key may do (docs/operate.md)."
            )
        if _NO_BUCKET in told or isinstance(error, FileNotFoundError):
            return (
                f"There is no bucket {bucket} at {where}: make it, or check"
                " RETURNS_ENGINE_S3_BUCKET and RETURNS_ENGINE_S3_REGION."
            )
        code = _ANSWER_CODE.search(told)
        answers = f"answers {code[1]}" if code else "does not answer"
        return (
            f"The bucket {bucket} at {where} {answers}: check RETURNS_ENGINE_S3_ENDPOINT and"
            " RETURNS_ENGINE_S3_REGION, and whether the service is up."
        )


def _opened(place: BucketPlace, timeout: timedelta, patience: timedelta) -> "S3Store":
    from obstore.store import S3Store  # noqa: PLC0415 - a folder needs none of it

    return S3Store(
        place.bucket,
        prefix=place.prefix,
        endpoint=place.endpoint or f"https://s3.{place.region}.amazonaws.com",
        region=place.region,
        access_key_id=place.key,
        secret_access_key=place.secret,
        virtual_hosted_style_request=False,
        client_options={
            "allow_http": (place.endpoint or "").startswith("http://"),
            "timeout": timeout,
            "connect_timeout": timeout / 2,
        },
        retry_config={"max_retries": 2, "retry_timeout": patience},
    )
