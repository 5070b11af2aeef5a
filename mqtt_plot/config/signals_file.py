"""The file of --signals: computed tags in TOML, `[[signal]]` tables with tag, expression, unit and label. Loaded when there is one."""

import tomllib
from pathlib import Path

from mqtt_plot.errors import SettingsError, WatchError
from mqtt_plot.ingest.signals import MAX_SIGNALS, Definition, parse_definition


def read_signals(path: str) -> tuple[Definition, ...]:
    """Return the computed tags in a file. Raises SettingsError."""
    try:
        return _definitions(tomllib.loads(Path(path).read_text(encoding="utf-8")))
    except OSError as error:
        raise SettingsError(f"--signals: cannot read {path}: {error.strerror}") from None
    except (ValueError, WatchError) as error:  # bad TOML and bad UTF-8, or bad content
        raise SettingsError(f"--signals: {path}: {error}") from None


def _definitions(table: dict[str, object]) -> tuple[Definition, ...]:
    entries = table.pop("signal", [])
    if table or not isinstance(entries, list):
        raise ValueError(f"expected [[signal]] tables, got {next(iter(table), 'signal')!r:.40}")
    if len(entries) > MAX_SIGNALS:
        raise ValueError(f"expected at most {MAX_SIGNALS} computed tags, got {len(entries)}")
    found: dict[str, Definition] = {}
    for number, fields in enumerate(entries, 1):
        try:
            definition = parse_definition(fields)
        except WatchError as error:
            raise ValueError(f"signal {number}: {error}") from None
        if definition.tag in found:
            raise ValueError(f"signal {number}: expected a tag of its own, got {definition.tag!r:.80} twice")
        found[definition.tag] = definition
    return tuple(found.values())
