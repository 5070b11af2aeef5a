"""Telegraf's JSON (`data_format = "json"`): fields, tags, a name and a time, alone or several as `metrics`; named as its line protocol is."""

from collections.abc import Iterator

from mqtt_plot.errors import PayloadError, shown
from mqtt_plot.parsers.context import Context
from mqtt_plot.parsers.stamps import find_stamp
from mqtt_plot.parsers.values import to_value
from mqtt_plot.samples import Parsed, Sample
from mqtt_plot.tags import check_tag

NAME = "telegraf json"
MAX_METRICS = 1_000


def is_metric(item: dict[str, object]) -> bool:
    """Tell whether an object is a metric, or a batch of them."""
    metrics = item.get("metrics")
    if isinstance(metrics, list) and metrics and isinstance(metrics[0], dict):
        item = metrics[0]
    return isinstance(item.get("fields"), dict) and _name(item) is not None and isinstance(item.get("tags", {}), dict)


def _name(item: dict[str, object]) -> str | None:
    name = item.get("name", item.get("measurement"))  # as databases have it
    return name if isinstance(name, str) else None


def parse_metrics(item: dict[str, object], context: Context) -> Parsed:
    """Return the fields of all metrics; those that cannot be used are listed as rejected."""
    metrics = item.get("metrics", [item])
    if not isinstance(metrics, list) or len(metrics) > MAX_METRICS:
        raise PayloadError("batch_too_large", f"expected at most {MAX_METRICS} metrics in one message, got more")
    samples: list[Sample] = []
    for position, metric in enumerate(metrics):
        if isinstance(metric, dict) and is_metric(metric):
            samples += parse_metric(metric, context, position)
        else:
            got = shown(metric)
            context.reject(
                position, PayloadError("not_a_sample", f"expected a metric with 'name' and 'fields', got {got}")
            )
    return Parsed(NAME, samples, context.rejected, context.notes)


def parse_metric(metric: dict[str, object], context: Context, position: int = 0) -> Iterator[Sample]:
    """Yield the fields of one metric, each named `measurement/tag=x/field`."""
    _, time = find_stamp(metric, context)
    tags, fields = metric.get("tags"), metric["fields"]
    labels = [f"{key}={value}" for key, value in sorted(tags.items())] if isinstance(tags, dict) else []
    base = "/".join([str(_name(metric)), *labels])
    for name, raw in fields.items() if isinstance(fields, dict) else ():
        context.spend()
        try:
            yield Sample(to_value(raw, context), time, None, None, check_tag(f"{base}/{name}"))
        except PayloadError as error:
            context.reject(position, error)
