"""Writes docs/options.md from the table of options: `python -m tests.support.options_doc`."""

from collections.abc import Iterator
from dataclasses import fields

from mqtt_plot.config.loading import default_text
from mqtt_plot.config.settings import Settings
from tests.support.processes import ROOT

FILE = ROOT / "docs" / "options.md"
# The first option of each group, in the order of settings.py.
GROUPS = {
    "host": "Page and REST",
    "broker": "Broker",
    "topic": "What is read, and how",
    "max_points": "What is held",
    "max_payload": "Limits",
    "recordings": "Folders",
    "republish": "Several bridges",
}
HEAD = """\
# Options

Made from `mqtt_plot/config/settings.py` by `python -m tests.support.options_doc`; do not edit.

Each option can be given in three ways. The command line wins over the environment, the environment over the file:

| way | example |
|---|---|
| command line | `--max-points 500` |
| environment | `MQTT_PLOT_MAX_POINTS=500` |
| TOML file, named by `--config FILE` | `max-points = 500` |

An option that may be given several times takes a list in the file, and words between blanks in the environment.
`--cfg FILE` reads command line arguments from a file, as `http-plot-server` reads its `param.cfg`. `mqtt-plot serve`, `mqtt-plot demo` and
`mqtt-plot check` take all options; `mqtt-plot COMMAND --help` lists those of any other. The broker's password comes from a file, or from
`MQTT_PLOT_BROKER_PASSWORD`, never from the command line. What happens at each limit: [operations.md](operations.md).
"""


def lines() -> Iterator[str]:
    """Yield the text of the file."""
    yield HEAD
    for item in fields(Settings):
        if item.metadata["is_secret"]:
            continue
        if item.name in GROUPS:
            yield f"\n## {GROUPS[item.name]}\n\n| option | default | meaning |\n|---|---|---|\n"
        default = default_text(item)
        meaning = item.metadata["meaning"].replace("|", "\\|")
        yield f"| `--{item.name.replace('_', '-')}` | {f'`{default}`' if default else ''} | {meaning} |\n"


if __name__ == "__main__":
    FILE.write_text("".join(lines()), encoding="utf-8")
