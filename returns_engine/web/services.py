"""What the web needs beside the database, handed in from outside."""

from dataclasses import dataclass

from returns_engine.gateways.clock import Clock
from returns_engine.gateways.payments.webhook_events import StripeWebhooks
from returns_engine.gateways.photo_store.store import PhotoStore
from returns_engine.queries.published_policies import PublishedPolicies
from returns_engine.rules.policy import Policy
from returns_engine.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Settings, policy, clock and the gateways that a web process uses.

    `webhooks` is None where no webhook secret is set: then nothing is taken from Stripe.
    """

    settings: Settings
    policies: PublishedPolicies
    clock: Clock
    photos: PhotoStore
    webhooks: StripeWebhooks | None

    @property
    def policy(self) -> Policy:
        """Return the policy in force now, with the versions that it replaced."""
        return self.policies.at(self.clock())
