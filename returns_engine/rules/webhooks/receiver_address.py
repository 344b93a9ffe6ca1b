"""Where webhooks may go: no address inside our own network, and nothing but the web."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

LONGEST_URL = 2048
_TRANSLATED = IPv6Network("64:ff9b::/96")
_GIVEN_OUT = IPv6Network("2000::/3")
_TUNNELS = (IPv6Network("2001::/32"), IPv6Network("2002::/16"))


def is_public(text: str) -> bool:
    """Say whether an IP address is one of the open internet.

    What only wraps an IPv4 address (mapped, translated) is judged by that; tunnels are refused.
    """
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address):
        wrapped = address.ipv4_mapped
        if address in _TRANSLATED:
            wrapped = IPv4Address(int(address) & 0xFFFFFFFF)
        if wrapped is not None:
            address = wrapped
        elif address not in _GIVEN_OUT or any(address in tunnel for tunnel in _TUNNELS):
            return False
    return address.is_global and not address.is_multicast


def problem_with(url: str, *, secure: bool) -> str | None:
    """Say in a sentence what is wrong with the address of a receiver; None where nothing is.

    With `secure` it must be https and may not name an address of our own network.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "This is no web address."
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url:
        return f"An address has {LONGEST_URL} visible ASCII characters at most."
    if parts.scheme not in {"http", "https"} or not host or port == 0:
        return "An address begins with https:// and a host."
    if parts.username is not None or parts.password is not None or parts.fragment:
        return "An address holds no log-in and no fragment: our signature says who calls."
    if secure and parts.scheme != "https":
        return "In production an address begins with https://."
    return "This address is in our own network." if secure and _is_inside(host) else None


def _is_inside(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return not is_public(host)
    except ValueError:
        # A name: what it stands for is looked up, and judged, each time something is sent.
        return False
