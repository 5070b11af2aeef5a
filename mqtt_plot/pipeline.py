"""The way of a message from topic and payload to the store, built from Settings: for the bridge, and for `mqtt-plot check`."""

from collections.abc import Callable

from mqtt_plot.config.settings import Settings
from mqtt_plot.errors import PayloadError, StoreFullError
from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.ingest.throttle import Rate
from mqtt_plot.ingest.time_policy import TimePolicy
from mqtt_plot.metrics import Counters
from mqtt_plot.parsers.formats import Rules
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.tags import TopicMap


def rules_of(settings: Settings) -> Rules:
    """Return what the user has set about parsing."""
    return Rules(
        settings.time_zone,
        settings.max_payload,
        settings.max_batch,
        settings.strict,
        settings.max_fields,
        settings.include_fields,
        settings.exclude_fields,
        settings.max_depth,
    )


def make_ingest(
    settings: Settings,
    on_refused: Callable[[str, PayloadError | StoreFullError], None],
    ask_rebirth: Callable[[str, bytes], None] | None = None,
) -> Ingest:
    """Return the one door for data with a new store and new counters behind it."""
    counters = Counters()
    limits = Limits(
        settings.max_points,
        settings.max_age,
        settings.max_tags,
        settings.max_memory,
        settings.max_tag_bytes,
        settings.max_tag_levels,
    )
    store = Store(limits, counters)
    return Ingest(
        store,
        TopicMap(settings.topic),
        rules_of(settings),
        counters,
        on_refused,
        times=TimePolicy(settings.time, settings.max_ahead),
        rate=Rate.of(settings.max_rate),
        ask_rebirth=ask_rebirth if settings.sparkplug_rebirth else None,
    )
