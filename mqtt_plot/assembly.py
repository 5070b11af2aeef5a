"""What is built from Settings: the way of a message to the store, brokers, and the watch of `--preset auto`."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pkgutil import resolve_name
from typing import TYPE_CHECKING

from mqtt_plot.config.presets import all_presets
from mqtt_plot.config.settings import Settings
from mqtt_plot.config.values import BrokerUrl
from mqtt_plot.errors import SettingsError
from mqtt_plot.ingest.ingest import Ingest
from mqtt_plot.ingest.throttle import Rate
from mqtt_plot.ingest.time_policy import TimePolicy
from mqtt_plot.metrics import Counters
from mqtt_plot.mqtt.broker import Broker, Tls
from mqtt_plot.parsers.formats import Rules
from mqtt_plot.store.store import Limits, Store
from mqtt_plot.store.tiers import with_reserve
from mqtt_plot.tags import TopicMap, subscriptions

if TYPE_CHECKING:
    from mqtt_plot.ingest.survey import Survey
    from mqtt_plot.live.preset_watch import PresetWatch
    from mqtt_plot.mqtt.passing import PassingSubscriber

# Points kept per tag where the user has not said how many: more make each look at a tag, and the growth of its ring, longer than 10 ms.
_MOST_POINTS = 100_000


def rules_of(settings: Settings) -> Rules:
    """Return what the user has set about parsing."""
    return Rules(
        zone=settings.time_zone,
        max_payload=settings.max_payload,
        is_strict=settings.strict,
        max_leaves=settings.max_fields,
        include=settings.include_fields,
        exclude=settings.exclude_fields,
        date_order=settings.date_order,
    )


def limits_of(settings: Settings) -> Limits:
    """Return how much is held."""
    return Limits(
        settings.max_points or _MOST_POINTS,
        settings.max_age,
        settings.max_tags,
        settings.max_memory,
        history=with_reserve(settings.history.widths),
    )


def make_ingest(
    settings: Settings,
    ask_rebirth: Callable[[str, bytes], None] | None = None,
) -> Ingest:
    """Return the way into a new store, with new counters."""
    counters = Counters()
    store = Store(limits_of(settings), counters)
    return Ingest(
        store,
        TopicMap(settings.topic),
        rules_of(settings),
        counters,
        times=TimePolicy(settings.time),
        rate=Rate.of(settings.max_rate),
        ask_rebirth=ask_rebirth if settings.sparkplug_rebirth else None,
    )


def brokers_of(settings: Settings, client_id: str) -> tuple[Broker, ...]:
    """Return all brokers that may be used. Raises SettingsError where there is none to connect to."""
    for url in settings.broker:
        if url.scheme in ("embedded", "none"):
            raise SettingsError(f"--broker: expected a broker's URL, got {url.scheme}")
    return tuple(broker_at(url, settings, client_id) for url in settings.broker)


def broker_at(url: BrokerUrl, settings: Settings, client_id: str) -> Broker:
    """Return the broker at `url` for a client that calls itself `client_id`, unless `--client-id` says otherwise."""
    return Broker(
        host=url.host,
        port=url.port,
        client_id=settings.client_id or client_id,
        topics=subscriptions(settings.topic),
        scheme=url.scheme,
        path=url.path,
        user=url.user,
        password=url.password,
        tls=Tls(settings.broker_ca or None, settings.broker_cert or None, settings.broker_key or None),
        max_payload=settings.max_payload,
        keepalive=settings.keepalive,
    )


def broker_for(purpose: str, settings: Settings) -> Broker:
    """Return the one broker for a command with one `purpose`. Raises SettingsError where there is none, or are several."""
    first, *others = brokers_of(settings, f"mqtt-plot-{purpose}")
    if others:
        raise SettingsError(f"--broker: expected one broker for {purpose}, got {1 + len(others)}")
    return first


def watch_presets(settings: Settings, brokers: Sequence[Broker], rules: Rules) -> "PresetWatch":
    """Return a second look at the broker, as another client: what it hears is not plotted. Few starts need these modules."""
    survey: "Survey" = resolve_name("mqtt_plot.ingest.survey:Survey")(all_presets(), settings.topic, rules)
    listening = [
        replace(broker, topics=("#",), client_id=f"{broker.client_id}-presets", keeps_session=False, has_figures=False)
        for broker in brokers
    ]
    source: "PassingSubscriber" = resolve_name("mqtt_plot.mqtt.passing:PassingSubscriber")(listening, survey.put)
    watch: "Callable[..., PresetWatch]" = resolve_name("mqtt_plot.live.preset_watch:PresetWatch")
    return watch(survey, source, lambda: "" if source.state.is_ready else source.state.text)
