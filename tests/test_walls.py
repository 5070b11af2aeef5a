"""The import table: which module may know which. An arrow that is not here is a change of the design, to be argued first."""

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.support.processes import ROOT

PACKAGE = ROOT / "mqtt_plot"

# Module: the modules of ours that it may import. Leaves import nothing.
ARROWS = {
    "": "",
    "__main__": "cli",
    # app is the only knot; nothing below it sees Settings.
    "cli": "app check credentials errors health logs playback recorder service simulate",
    # Commands beside `serve`, each a leaf of cli.
    "health": "configuration errors settings",
    "playback": "brokers configuration errors player recording settings "
    "sources.drive sources.folder sources.mqtt_publisher sources.sinks tags",
    "recorder": "brokers configuration descriptions errors inbox ingest option_values parsers.formats pipeline samples "
    "sources.endpoint sources.logbook sources.mqtt sparkplug tags",
    "service": "configuration errors settings",
    "simulate": "configuration errors sources.demo sources.endpoint",
    "app": "brokers dashboards condition guard configuration errors hub option_values pipeline pump replica settings tags "
    "sources.broker sources.demo sources.folder sources.endpoint sources.mqtt sources.mqtt_publisher sources.rebirths sources.replay "
    "notify pulse state web.base web.door web.figures web.headers web.live web.quota web.routes web.server zone",
    "guard": "errors settings web.access web.hosts web.tls web.users",
    "condition": "counters inbox logs sources.endpoint sources.mqtt store",
    "pump": "inbox ingest",
    "credentials": "errors passwords",
    "brokers": "errors option_values settings sources.endpoint tags",
    "pipeline": "clocks counters errors flood ingest parsers.formats settings store tags",
    "check": "configuration errors ingest pipeline series settings verdicts",
    "option_values": "tags",
    "settings": "option_values parsers.reading clocks presets tags",
    "configuration": "errors option_values presets settings",
    "presets": "tags",
    # Vocabulary: leaves.
    "counters": "",
    "errors": "",
    "passwords": "",
    "histogram": "",
    "logs": "",
    "notify": "",
    "pulse": "histogram notify",
    "dashboards": "errors parsers.strict_json",
    "samples": "",
    "tags": "errors",
    "zone": "",
    # Bytes to samples: knows neither transports nor the store.
    "parsers": "",
    "parsers.cbor": "errors parsers.reading",
    "parsers.encodings": "errors parsers.reading",
    "parsers.formats": "errors parsers.encodings parsers.line_protocol parsers.opcua parsers.reading parsers.samples_json "
    "parsers.senml parsers.strict_json parsers.text parsers.values samples",
    "parsers.leaves": "errors parsers.reading parsers.stamps parsers.text parsers.values samples tags",
    "parsers.line_protocol": "errors parsers.reading parsers.timestamps parsers.values samples tags",
    "parsers.opcua": "errors parsers.leaves parsers.reading parsers.timestamps samples",
    "parsers.plc": "errors parsers.reading samples",
    "parsers.reading": "errors samples",
    "parsers.samples_json": "errors parsers.leaves parsers.reading parsers.stamps parsers.timestamps parsers.values samples tags",
    "parsers.senml": "errors parsers.cbor parsers.reading parsers.timestamps parsers.values samples tags",
    "parsers.sparkplug_payload": "errors",
    "parsers.stamps": "errors parsers.reading parsers.timestamps",
    "parsers.strict_json": "errors",
    "parsers.timestamps": "errors parsers.values",
    "parsers.text": "errors parsers.plc parsers.reading parsers.values samples",
    "parsers.values": "errors parsers.plc parsers.reading samples",
    # What is held, and the one door to it.
    "peaks": "",
    "ring": "peaks",
    "downsample": "",
    "clocks": "parsers.timestamps",
    "series": "clocks downsample peaks ring samples",
    "store": "counters errors ring series tags",
    "sparkplug": "errors parsers.reading parsers.sparkplug_payload parsers.timestamps parsers.values samples tags",
    # Recordings: rows of a file, and when they are due.
    "csvlines": "errors",
    "layout": "csvlines errors parsers.timestamps parsers.values samples",
    "recording": "csvlines errors layout parsers.timestamps parsers.values",
    "player": "errors recording",
    "flood": "",
    "verdicts": "",
    "meta": "errors parsers.values series",
    "discovery": "errors meta parsers.values",
    "descriptions": "discovery errors meta parsers.strict_json samples tags",
    "tracks": "clocks flood meta series store",
    "intake": "clocks counters flood parsers.timestamps samples store tracks",
    "snapshot": "errors series store tags",
    "state": "counters snapshot store",
    "ingest": "clocks counters descriptions errors flood intake meta parsers.formats reports samples series sparkplug store tags tracks "
    "verdicts",
    "reports": "counters errors samples verdicts",
    # One of several: what goes through the broker, what is taken from another bridge, what is watched.
    "replica": "errors filling inbox ingest republish settings sources.endpoint sources.mqtt sources.on_demand "
    "sources.republisher watching web.peer",
    "bodies": "errors parsers.formats samples",
    "tables": "csvlines errors layout parsers.formats parsers.values recording samples",
    "republish": "counters errors ingest parsers.formats samples store tags",
    "backfill": "errors samples series store",
    "filling": "backfill counters errors store tags",
    "demand": "",
    "watching": "counters demand errors filling republish store",
    # The way out.
    "hub": "downsample series store wire",
    "wire": "errors",
    "directory": "series store wire",
    # Sources know no store: what they receive goes through the inbox.
    "inbox": "ingest",
    "sources": "",
    "sources.endpoint": "errors",
    "sources.client": "sources.endpoint",
    "sources.mqtt": "errors inbox ingest sources.client sources.endpoint sources.network sources.packets",
    "sources.watch": "",
    "sources.network": "errors sources.watch sources.packets",
    "sources.packets": "",
    "sources.on_demand": "sources.endpoint sources.mqtt",
    "sources.republisher": "errors sources.client sources.endpoint sources.mqtt",
    "sources.plant": "",
    "sources.demo": "errors sources.plant",
    "sources.broker": "errors",
    "sources.broker_process": "",
    "sources.drive": "player sources.folder sources.sinks",
    "sources.logbook": "errors samples",
    "sources.folder": "csvlines errors layout parsers.values player recording",
    "sources.mqtt_publisher": "errors sources.client sources.endpoint",
    "sources.rebirths": "errors sources.mqtt_publisher",
    "sources.replay": "errors ingest player recording series sources.drive sources.folder sources.sinks",
    "sources.sinks": "errors ingest recording samples series tags",
    # The web edge; legacy is a leaf that only routes knows.
    "web": "",
    "web.access": "passwords web.hosts web.lockout web.sessions web.users",
    "web.base": "counters dashboards errors hub ingest parsers.formats samples sources.endpoint sources.replay store "
    "web.access web.figures web.headers web.live web.users web.patience web.refusals",
    "web.columns": "",
    "web.door": "counters errors",
    "web.events": "series sources.replay web.base web.patience web.refusals",
    "web.headers": "",
    "web.hosts": "",
    "web.legacy": "errors parsers.formats parsers.samples_json parsers.strict_json samples series web.base web.columns",
    "web.express": "errors web.base web.rest web.refusals",
    "web.deadlines": "",
    "web.limits": "web.base web.deadlines web.refusals",
    "web.lockout": "",
    "web.login": "web.base web.sessions",
    "web.quota": "",
    "web.live": "counters directory histogram hub series store verdicts web.quota wire",
    "web.server": "web.limits",
    "web.socket": "errors hub web.base web.patience web.quota wire web.refusals",
    "web.refusals": "",
    "web.patience": "",
    "web.pages": "web.base web.refusals",
    "web.replays": "errors parsers.strict_json player sources.folder sources.replay web.base web.refusals",
    "web.peer": "errors",
    "web.rest": "bodies downsample errors histogram series web.base web.columns web.query web.tables wire web.refusals",
    "web.query": "errors parsers.timestamps web.base wire web.refusals",
    "web.tables": "bodies errors ingest samples tables web.base web.query web.refusals",
    "web.dashboards": "errors web.base web.users web.refusals",
    "web.diagnosis": "errors tags web.base web.users wire web.refusals",
    "web.routes": "web.base web.dashboards web.diagnosis web.events web.express web.legacy web.limits web.live web.login web.openapi "
    "web.pages web.replays web.rest web.socket web.status web.tables web.refusals",
    "web.sessions": "",
    "web.figures": "histogram",
    "web.schemas": "",
    "web.openapi": "web.schemas web.base",
    "web.metrics": "histogram web.figures web.openmetrics",
    "web.openmetrics": "histogram web.figures",
    "web.status": "web.base web.figures web.metrics web.refusals",
    "web.tls": "errors",
    "web.users": "errors passwords",
}
# The package itself holds the version.
KNOWS_VERSION = {"app", "cli"}

# Third party: who may import it.
OUTSIDERS = {
    "paho": {
        *("sources.client", "sources.mqtt", "sources.mqtt_publisher", "sources.network", "sources.demo"),
        *("sources.on_demand", "sources.republisher"),
    },
    "iotcore": {"sources.broker_process"},
    "prometheus_client": {"web.openmetrics"},
    "dateutil": {"parsers.timestamps", "option_values"},
    "tornado": {"app", *(name for name in ARROWS if name.startswith("web."))},
}

# The pure core does no I/O and reads no clock: `now` is an argument, and its tests are lists.
PURE = [
    *(
        "counters",
        "errors",
        "samples",
        "tags",
        "peaks",
        "ring",
        "downsample",
        "series",
        "store",
        "sparkplug",
        "csvlines",
        "layout",
        "recording",
        "bodies",
        "reports",
        "tables",
        "player",
        "clocks",
        "flood",
        "verdicts",
        "meta",
        "discovery",
        "descriptions",
        "tracks",
        "intake",
        "ingest",
        "presets",
        "hub",
        "wire",
        "directory",
    ),
    *(name for name in ARROWS if name.startswith("parsers.")),
    "backfill",
    "demand",
    "republish",
    "sources.packets",
    "sources.plant",
]
IMPURE = {
    *("asyncio", "io", "multiprocessing", "os", "pathlib", "queue", "secrets", "select"),
    *("socket", "ssl", "subprocess", "tempfile", "threading", "time"),
}


# What a module loads only when it is needed is named so, for pkgutil.resolve_name.
LATE = re.compile(r"(mqtt_plot|dateutil)(\.\w+)+:\w+")


def module_name(file: Path) -> str:
    """Return a file's dotted name below mqtt_plot; "" is the package itself."""
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_name(file): file for file in sorted(PACKAGE.rglob("*.py"))}


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the absolute dotted name of everything that a syntax tree imports; of ours, the module that holds it."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(level=0, module=str(module), names=names):
                below = module.removeprefix("mqtt_plot").removeprefix(".")
                for alias in names:
                    submodule = f"{below}.{alias.name}".removeprefix(".")
                    is_ours = module.split(".")[0] == "mqtt_plot" and submodule in FILES
                    yield f"mqtt_plot.{submodule}" if is_ours else module
            case ast.Constant(value=str(text)) if LATE.fullmatch(text):
                yield text.partition(":")[0]
            case ast.ImportFrom():
                pytest.fail(f"line {node.lineno}: relative import; write the absolute name")


def arrows(name: str) -> tuple[set[str], set[str]]:
    """Return what a module imports: modules of ours, and the top-level names of all others."""
    names = set(imported(ast.parse(FILES[name].read_text(encoding="utf-8"))))
    ours = {other for other in names if other.split(".")[0] == "mqtt_plot"}
    return {other.removeprefix("mqtt_plot").removeprefix(".") for other in ours}, {
        other.split(".")[0] for other in names - ours
    }


def test_the_table_names_every_module_and_no_other() -> None:
    """A new module gets a line in the table, a removed one loses it."""
    assert sorted(ARROWS) == sorted(FILES)


@pytest.mark.parametrize("name", FILES)
def test_a_module_imports_only_what_the_table_allows(name: str) -> None:
    """Of ours, the modules in its line; of others', what OUTSIDERS grants it, and the standard library."""
    ours, others = arrows(name)
    allowed = set(ARROWS[name].split()) | ({""} if name in KNOWS_VERSION else set())
    granted = {package for package, modules in OUTSIDERS.items() if name in modules}
    assert ours - allowed == set()
    assert (others & set(OUTSIDERS)) - granted == set()


@pytest.mark.parametrize("name", FILES)
def test_whatever_is_neither_ours_nor_in_the_table_is_the_standard_library(name: str) -> None:
    """No fourth runtime dependency slips in."""
    _, others = arrows(name)
    assert others - set(OUTSIDERS) - sys.stdlib_module_names == set()


@pytest.mark.parametrize("name", PURE)
def test_the_pure_core_cannot_reach_clocks_threads_or_files(name: str) -> None:
    """What it needs of the world it is given."""
    _, others = arrows(name)
    assert others & IMPURE == set()


def test_nothing_flows_backwards() -> None:
    """The table itself has no cycle."""
    order = TopologicalSorter({name: line.split() for name, line in ARROWS.items()})
    assert set(order.static_order()) == set(ARROWS)


@pytest.mark.parametrize("name", FILES)
def test_imports_stand_at_the_top(name: str) -> None:
    """An import inside a function is an arrow that hides, or a cycle that somebody went round."""
    tree = ast.parse(FILES[name].read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    statements = (ast.walk(function) for function in functions)
    assert [node for nodes in statements for node in nodes if isinstance(node, ast.Import | ast.ImportFrom)] == []
