"""The store of photos that the settings choose: a bucket where one is named, else a folder."""

from pathlib import Path
from typing import Any

from returns_engine.gateways.photo_store.bucket import BucketPhotoStore, BucketPlace
from returns_engine.gateways.photo_store.directory import DirectoryPhotoStore
from returns_engine.gateways.photo_store.store import PhotoStore
from returns_engine.settings import Settings

CHOSEN_BY = (
    "photo_dir",
    "data_dir",
    "s3_bucket",
    "s3_endpoint",
    "s3_region",
    "s3_prefix",
    "s3_key",
    "s3_secret",
)
"""The settings that choose it, for a command that reads no others."""


def photo_store_from(settings: Settings) -> PhotoStore:
    """Return the store of photos; it is opened by its first use."""
    return photo_store_of({name: getattr(settings, name) for name in CHOSEN_BY})


def photo_store_of(chosen: dict[str, Any]) -> PhotoStore:
    """Return the store that the values of `CHOSEN_BY` name."""
    if chosen["s3_bucket"] is None:
        folder: Path = chosen["photo_dir"] or chosen["data_dir"] / "photos"
        return DirectoryPhotoStore(folder)
    place = BucketPlace(
        bucket=chosen["s3_bucket"],
        endpoint=chosen["s3_endpoint"],
        region=chosen["s3_region"],
        prefix=chosen["s3_prefix"],
        key=chosen["s3_key"] or "",
        secret=chosen["s3_secret"] or "",
    )
    return BucketPhotoStore(place)
