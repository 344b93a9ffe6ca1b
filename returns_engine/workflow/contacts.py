"""E-mail addresses and phone numbers in one written form, so that they can be compared."""

import hashlib
import hmac

import phonenumbers

_TELLING_DIGITS = 9


def is_email(text: str) -> bool:
    """Say whether a text could be an e-mail address; only a mail that arrives proves it."""
    name, _, domain = text.strip().rpartition("@")
    return bool(name) and bool(domain) and not any(sign.isspace() for sign in text.strip())


def normalized_email(text: str) -> str:
    """Return an e-mail address as it is compared: trimmed, in small letters."""
    return text.strip().casefold()


def normalized_phone(text: str, country: str = "US") -> str | None:
    """Return a phone number in E.164, read as in `country` where it has no prefix; else None."""
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def stored_phone(text: str, country: str) -> str:
    """Return a phone number as it is kept: in E.164 where it can be read, else its digits alone."""
    spelled = "".join(sign for sign in text.casefold() if sign.isalnum() or sign == "+")
    return normalized_phone(text, country) or spelled


def normalized_contact(text: str, country: str = "US") -> str:
    """Return an e-mail address or a phone number as it is kept for an order to `country`."""
    if "@" in text:
        return normalized_email(text)
    return stored_phone(text, country)


def counted_contact(text: str) -> str:
    """Return what a contact is counted as, whatever the country it would be read in.

    The last digits of a phone number, without its extension: how it can be written besides, nobody
    can tell who does not know the order.
    """
    if "@" in text:
        return normalized_email(text)
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        return normalized_contact(text)
    return str(number.national_number)[-_TELLING_DIGITS:]


def contact_digest(contact: str, secret_key: str) -> str:
    """Return what is kept of a contact where only comparing matters."""
    return hmac.new(secret_key.encode(), contact.encode(), hashlib.sha256).hexdigest()
