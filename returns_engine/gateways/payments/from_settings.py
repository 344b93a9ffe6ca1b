"""The payment gateway that the settings name, for the worker and for what compares its books."""

from returns_engine.gateways.payments.stripe_client import StripeGateway
from returns_engine.settings import SettingError, Settings


def payment_gateway(settings: Settings) -> StripeGateway:
    """Return the payment gateway; raises SettingError where the key is missing."""
    if settings.stripe_key is None:
        raise SettingError(
            "RETURNS_ENGINE_STRIPE_KEY: refunds are sent and compared by Stripe's secret key;"
            " set it in the environment or in .env"
        )
    return StripeGateway(
        api_key=settings.stripe_key,
        address=settings.stripe_address,
        timeout=settings.payment_timeout,
    )
