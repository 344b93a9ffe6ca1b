"""What is wrong with settings that can each be read: in this mode, or beside each other."""

from collections.abc import Mapping
from typing import Any

from returns_engine import setting_readers as read
from returns_engine.setting_layers import Setting, missing_setting, variable


def contradictions(settings: Mapping[str, Setting], values: Mapping[str, Any]) -> dict[str, str]:
    """Say of each field of `values` that is wrong what is, and what to do."""
    production = values["mode"] == "production"
    key, bucket = values["stripe_key"] or "", bool(values["s3_bucket"])
    needed = {
        "secret_key": production,
        "stripe_webhook_secret": production and bool(key),
        "smtp_password": bool(values["smtp_user"]),
        "s3_key": bucket,
        "s3_secret": bucket,
    }
    found = {
        name: missing_setting(name, settings[name])
        for name, holds in needed.items()
        if holds and not values[name]
    }
    if values["photo_dir"] and bucket:
        found["photo_dir"] = (
            f"{variable('photo_dir')} and {variable('s3_bucket')} are both set, and photos are "
            "kept in one place: remove one of them."
        )
    if production and not read.is_stripes(values["stripe_address"]):
        found["stripe_address"] = (
            f"{variable('stripe_address')} must be Stripe's own address in production: "
            "remove it from the environment or .env."
        )
    if not production and read.is_live(key):
        found["stripe_key"] = (
            f"{variable('stripe_key')} is a live key: {values['mode']} never touches real money. "
            "Put a test key into the environment or .env."
        )
    if production and values["clock_file"]:
        found["clock_file"] = (
            f"{variable('clock_file')} is for demo and test alone: "
            "remove it from the environment or .env."
        )
    return found
