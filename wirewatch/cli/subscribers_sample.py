"""A sample on its way to a subscriber, by the very sink that deliver uses."""

from connectors.delivery.sample import send_sample
from connectors.delivery.sinks.interface import SinkTools
from connectors.delivery.sinks.outcome import DeliveryOutcome
from connectors.delivery.sinks.subscriber import Subscriber
from connectors.http.ssrf_guard import guarded_session
from wirewatch.config import Config
from wirewatch.runtime.link_key import link_writer
from wirewatch.user_agent import USER_AGENT


async def deliver_sample(loaded: Config, subscriber: Subscriber) -> DeliveryOutcome:
    """Send it, and return what came of it."""
    settings = loaded.settings
    allow = settings.allow_private_addresses
    writer = link_writer(settings)
    async with (
        guarded_session(user_agent=USER_AGENT, allow_private=allow) as session,
        guarded_session(user_agent=USER_AGENT, allow_private=True) as own_network,
    ):
        tools = SinkTools(
            session=session,
            own_network=own_network,
            user_agent=USER_AGENT,
            folder=settings.data,
            mail=settings.mail,
            links=(lambda told: told.links) if writer is None else writer.links,
        )
        return await send_sample(subscriber, tools)
