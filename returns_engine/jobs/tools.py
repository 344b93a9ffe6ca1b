"""What jobs work with, handed in by the worker."""

from dataclasses import dataclass

from returns_engine.documents.mail_logo import MailLogo
from returns_engine.gateways.clock import Clock
from returns_engine.gateways.mail.gateway import MailGateway
from returns_engine.gateways.payments.gateway import PaymentGateway
from returns_engine.gateways.webhook_receivers.receivers import Receivers
from returns_engine.queries.published_policies import PublishedPolicies
from returns_engine.rules.policy import Policy
from returns_engine.settings import Settings
from returns_engine.workflow.issue_label import LabelPrint


@dataclass(frozen=True, slots=True, kw_only=True)
class JobTools:
    """The gateways, the policy and the clock of one worker process."""

    settings: Settings
    policies: PublishedPolicies
    clock: Clock
    payments: PaymentGateway
    mail: MailGateway
    logo: MailLogo | None
    receivers: Receivers
    label: LabelPrint

    @property
    def policy(self) -> Policy:
        """Return the policy in force now, with the versions that it replaced."""
        return self.policies.at(self.clock())
