"""Turn the text of one setting into its value, and the value into text that may be shown.

A ValueError says what was expected instead.
"""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

HIGHEST_PORT = 65535
MASK = "********"
_NO_PERCENT_CODE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CARRIERS = Path(__file__).with_name("policies") / "carriers.toml"
_HOST_AND_PORT = re.compile(r"(\[[0-9A-Fa-f:.%]+\]|[^:\[\]]*)(:\d*)?")


def path(text: str) -> Path:
    """Return an absolute path; `~` is the home folder."""
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError:
        raise ValueError("a path; where it begins with ~name, of somebody who is here") from None


def whole_number(text: str) -> int:
    """Return a number written in plain digits, from 1 up."""
    if not (text.isascii() and text.isdigit() and int(text)):
        raise ValueError("a whole number from 1 up, in digits")
    return int(text)


def days(text: str) -> int | None:
    """Return a number of days, or None for `never`."""
    if text.lower() == "never":
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_DAYS):
        raise ValueError(f"a whole number of days from 1 up to {MOST_DAYS:,}, or never")
    return int(text)


MOST_DAYS = 36_500


def port(text: str) -> int:
    """Return a TCP port."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= HIGHEST_PORT):
        raise ValueError(f"a port from 1 to {HIGHEST_PORT}")
    return int(text)


def one_of(*words: str) -> Callable[[str], str]:
    """Return a reader that takes these words only, in any case."""

    def read(text: str) -> str:
        if text.lower() not in words:
            raise ValueError("one of " + ", ".join(words))
        return text.lower()

    return read


yes_or_no = one_of("yes", "no")


def known_carrier(text: str) -> str:
    """Return the word of a carrier that `policies/carriers.toml` has."""
    words = tomllib.loads(_CARRIERS.read_text(encoding="utf-8"))
    if text.lower() not in words:
        another = "for another add it to carriers.toml, see docs/policy.md"
        raise ValueError(f"one of {', '.join(words)} ({another})")
    return text.lower()


def web_address(text: str) -> str:
    """Return an http or https address without a slash at its end."""
    try:
        parts = urlsplit(text)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("an address that begins with http:// or https:// and a host")
    return text.rstrip("/")


def web_hosts(text: str) -> tuple[str, ...]:
    """Return addresses of hosts, `https://cdn.shop.example`, small and without any path."""
    hosts = tuple(web_address(part.strip()).lower() for part in text.split(","))
    for host in hosts:
        if not re.fullmatch(r"https?://[a-z0-9.-]+(:\d+)?", host):
            raise ValueError("hosts such as https://cdn.shop.example, with a comma between them")
    return hosts


def item_address(text: str) -> str:
    """Return the address of an item's page in the shop, with `{sku}` where its number goes."""
    before, sku, after = text.partition("{sku}")
    web_address(f"{before}SKU-1{after}")
    beyond_host = urlsplit(before).path or urlsplit(before).query
    if not (sku and beyond_host) or re.search(r"[{}\s]", before + after):
        raise ValueError("an address with {sku} in it once, behind its host, and no other braces")
    return text


def place_of_ours(text: str) -> str:
    """Return the address that customers come by, with the path of a shop's domain if it has one."""
    address = web_address(text)
    parts = urlsplit(address)
    if parts.query or parts.fragment or not re.fullmatch(r"(/[A-Za-z0-9_~-]+)*", parts.path):
        raise ValueError("an http:// or https:// address, at most with a path of plain letters")
    return address


def bucket_name(text: str) -> str:
    """Return the name of a bucket, as S3 allows it."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]", text):
        raise ValueError("3 to 63 small letters, digits, dots and dashes")
    return text


def region_name(text: str) -> str:
    """Return the name of a region: eu-central-1, auto."""
    if not re.fullmatch(r"[a-z0-9-]{2,32}", text):
        raise ValueError("a region, such as eu-central-1")
    return text


def prefix(text: str) -> str:
    """Return what the names in a bucket begin with, without slashes at its ends."""
    if not re.fullmatch(r"/?[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*/?", text):
        raise ValueError("letters, digits, dashes and single slashes")
    return text.strip("/")


def secret_key_of_stripe(text: str) -> str:
    """Return a key that may call Stripe: not the publishable one, nor what signs its webhooks."""
    if not text.startswith(("sk_", "rk_")):
        raise ValueError("a secret or restricted key, which begins with sk_ or rk_")
    return text


def database_address(text: str) -> str:
    """Return the address of a PostgreSQL database.

    What its readers would take apart differently is refused here, where nobody quotes it: a
    password that is not percent-encoded would end up in the host's place, and in what they say.
    """
    if not text.startswith(("postgresql://", "postgres://")):
        raise ValueError("an address that begins with postgresql://")
    if not _is_plain(text):
        raise ValueError(
            "postgresql://user:password@host:port/name, with what is no letter or digit in the"
            " password percent-encoded (@ as %40, / as %2F, # as %23, % as %25)"
        )
    return text


def _is_plain(text: str) -> bool:
    """Tell whether every reader of a database's address finds the same parts in it."""
    try:
        address = urlsplit(text)
    except ValueError:
        return False
    user, _, hosts = address.netloc.rpartition("@")
    return not (
        "#" in text
        or "@" in user + address.path + address.query
        or _NO_PERCENT_CODE.search(text)
        or not all(_HOST_AND_PORT.fullmatch(host) for host in hosts.split(","))
    )


def mail_address(text: str) -> str:
    """Return a bare mail address."""
    name, at, host = text.rpartition("@")
    if not (name and at and host) or any(character.isspace() for character in text):
        raise ValueError("a mail address, such as aftersales@example.com")
    return text


def phone(text: str) -> str:
    """Return a phone number as people write it."""
    if not re.fullmatch(r"\+?[0-9][0-9 ().-]{4,30}", text):
        raise ValueError("a phone number, such as +1 202 555 0100")
    return text


def long_secret(text: str) -> str:
    """Return a secret long enough to sign with."""
    if len(text) < SHORTEST_SECRET:
        raise ValueError(f"{SHORTEST_SECRET} characters or more")
    return text


SHORTEST_SECRET = 32


def two_secrets(text: str) -> tuple[str, ...]:
    """Return one secret, or the two that are good while one replaces the other; none is empty."""
    secrets = tuple(part.strip() for part in text.split(","))
    if not all(secrets) or len(secrets) > MOST_SECRETS or len(set(secrets)) < len(secrets):
        raise ValueError("one secret, or two different ones with a comma between them")
    return secrets


MOST_SECRETS = 2


def is_live(key: str) -> bool:
    """Say whether a key of Stripe's moves real money: sk_live_…, rk_live_… and whatever else is."""
    return "_live_" in key


def is_stripes(address: str | None) -> bool:
    """Say whether an address of a payment server is Stripe's own; None is."""
    parts = urlsplit(address or "https://api.stripe.com")
    host = parts.hostname or ""
    return parts.scheme == "https" and (host == "stripe.com" or host.endswith(".stripe.com"))


def shown(value: object, *, secret: bool) -> str:
    """Return a value as it may be shown: without secrets, and without a log-in in an address.

    Of several secrets it shows how many there are.
    """
    if value is None:
        return ""
    if secret:
        return ", ".join([MASK] * (len(value) if isinstance(value, tuple) else 1))
    text = ", ".join(value) if isinstance(value, tuple) else str(value)
    without_log_in = re.sub(r"(://[^:@/]*:).*@", rf"\1{MASK}@", text)
    return re.sub(r"(password=)[^&]*", rf"\1{MASK}", without_log_in)
