"""What a start costs: the modules that the bridge imports before it serves, each of which takes time and memory for as long as it runs."""

import json
import subprocess
import sys

import pytest

from tests.support.processes import ROOT

pytestmark = pytest.mark.timing

# Ours, the three dependencies, and what they need of the standard library. Raise it only for something a bridge needs all its life.
# 200 or so are ours: history, events, captures, notes, recordings and computed tags are what a bridge does all its life.
# One more for each module that was split off: buckets and rows (of tiers), mqtt.session,
# kinds (of series), budget (of the store), delivery (of ingest), twelve of parsers; and of REST entries, triggers, limits
# and scaling, a module per resource.
MOST_MODULES = 470
# What belongs to other commands, to extras, or to a single request.
LATER = {
    *("iotcore", "dateutil", "tornado.testing", "tornado.curl_httpclient"),
    *("importlib.metadata", "zipfile", "zoneinfo", "statistics", "decimal"),
    *(
        f"mqtt_plot.parsers.devices.{name}"
        for name in ("tasmota", "shelly", "zigbee2mqtt", "energy", "radio", "industry")
    ),
    *("http.server", "pydoc", "sqlite3", "unittest", "xml", "xmlrpc", "distutils", "pdb", "getpass"),
    *(
        "mqtt_plot.commands.check",
        "mqtt_plot.commands.hash_password",
        "mqtt_plot.commands.health",
        "mqtt_plot.commands.replay",
        "mqtt_plot.commands.record",
    ),
    *(
        "mqtt_plot.replicas.replica",
        "mqtt_plot.recordings.csv_table",
        "mqtt_plot.recordings.csv_layout",
        "mqtt_plot.recordings.open_file",
        "mqtt_plot.commands.install_service",
        "mqtt_plot.commands.plant",
    ),
}


def imported_by(statement: str) -> set[str]:
    """Return the modules that a fresh interpreter holds after `statement`."""
    script = f"{statement}; import json, sys; print(json.dumps(list(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout))


@pytest.fixture(scope="module")
def served() -> set[str]:
    return imported_by("import mqtt_plot.cli, mqtt_plot.app")


def test_the_bridge_imports_no_more_than_its_budget(served: set[str]) -> None:
    """A module more is a millisecond and some 50 kB more, on every machine, at every start."""
    assert len(served) <= MOST_MODULES


def test_what_a_bridge_may_never_need_is_not_imported(served: set[str]) -> None:
    """Other commands, extras and rare requests bring their own modules when they come."""
    assert served & LATER == set()


def test_the_command_line_alone_brings_no_web_server() -> None:
    """A health check every half minute starts without tornado, paho and the store."""
    modules = imported_by("import mqtt_plot.cli, mqtt_plot.commands.health")
    assert {name for name in modules if name.partition(".")[0] in ("tornado", "paho", "asyncio")} == set()
