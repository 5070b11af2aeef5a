"""The walls of the house: which package may know which. An arrow that is not here is a change of the design, to be argued first."""

import ast
import re
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from tests.support.processes import ROOT

PACKAGE = ROOT / "mqtt_plot"

VOCABULARY = {"errors", "samples", "tags", "metrics"}  # everybody may import it
# Package, or module at the top: what it may import beside itself and the vocabulary.
ARROWS = {
    "parsers": "",
    "store": "",
    "mqtt": "",
    "ingest": "parsers store",
    "config": "parsers ingest",
    "recordings": "parsers store ingest",
    "live": "store ingest",
    "replicas": "parsers store ingest mqtt",
    "web": "parsers store ingest mqtt live recordings",
    "assembly": "parsers store ingest mqtt config live",
    "watchdog": "",
    "app": "parsers store ingest mqtt config live recordings replicas web assembly watchdog",
    "commands": "parsers store ingest mqtt config live recordings replicas web assembly watchdog app",
    "cli": "config.logs commands",
}
# Third party: who may import it.
OUTSIDERS = {
    "dateutil": "parsers.timestamps config.values",
    "iotcore": "mqtt.embedded_broker_process",
    "paho": "mqtt commands.simulation cli",
    "tornado": "web replicas.peer cli",
}
# No clock, file, thread or socket in PURE, but for IMPURE.
PURE = (
    "parsers store ingest live recordings mqtt.packets mqtt.keepalive replicas.history replicas.adoption "
    "replicas.outline replicas.seam replicas.republish"
)
IMPURE = (
    "store.state_file store.saved_file store.kept_file store.files ingest.inbox ingest.consumer live.broadcaster live.preset_watch "
    "live.utc_offsets recordings.folder recordings.open_file recordings.lookout recordings.capture_files recordings.recorder "
    "recordings.state_keeping recordings.csv_writer recordings.playback recordings.replays"
)
WORLD = {
    *("asyncio", "io", "multiprocessing", "os", "pathlib", "queue", "secrets", "select", "selectors"),
    *("socket", "ssl", "subprocess", "tempfile", "threading", "time"),
}

# What a module loads only when it is needed is named so, for pkgutil.resolve_name.
LATE = re.compile(r"(mqtt_plot|dateutil|paho|tornado)(\.\w+)*:\w+")


def module_name(file: Path) -> str:
    """Return a file's dotted name below mqtt_plot; "" is the package itself."""
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


TREES = {module_name(file): ast.parse(file.read_text(encoding="utf-8")) for file in sorted(PACKAGE.rglob("*.py"))}


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
                    is_ours = module.split(".")[0] == "mqtt_plot" and submodule in TREES
                    yield f"mqtt_plot.{submodule}" if is_ours else module
            case ast.Constant(value=str(text)) if LATE.fullmatch(text):
                yield text.partition(":")[0]
            case ast.ImportFrom():
                pytest.fail(f"line {node.lineno}: relative import; write the absolute name")


IMPORTS = {name: set(imported(tree)) for name, tree in TREES.items()}


def ours(name: str) -> set[str]:
    """Return the modules of ours that a module imports, without the package itself, which holds the version."""
    found = {
        other.removeprefix("mqtt_plot").removeprefix(".")
        for other in IMPORTS[name]
        if other.split(".")[0] == "mqtt_plot"
    }
    return found - {""}


def others(name: str) -> set[str]:
    """Return the top-level names of all else that a module imports."""
    return {other.split(".")[0] for other in IMPORTS[name]} - {"mqtt_plot"}


def is_in(name: str, places: str) -> bool:
    """Tell whether a module is one of `places`, or lies in one."""
    return any(name == place or name.startswith(f"{place}.") for place in places.split())


def offenders(of: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return what is left of a table when empty lines are gone."""
    return {name: found for name, found in of.items() if found}


def test_a_package_imports_only_what_the_table_allows() -> None:
    """Beside itself and the vocabulary, the packages in its line; a name at the top that is no package counts as one."""
    wrong = {}
    for name in IMPORTS:
        package = name.partition(".")[0]
        if package in ARROWS:
            allowed = {package, *VOCABULARY, *ARROWS[package].split()}
            wrong[name] = {other for other in ours(name) if not is_in(other, " ".join(allowed))}
    assert offenders(wrong) == {}


def test_others_packages_are_imported_where_the_table_says() -> None:
    """No fourth runtime dependency slips in, and each one has its edge."""
    granted = {name: {package for package, places in OUTSIDERS.items() if is_in(name, places)} for name in IMPORTS}
    assert offenders({name: others(name) - granted[name] - sys.stdlib_module_names for name in IMPORTS}) == {}


def test_the_pure_core_cannot_reach_clocks_threads_or_files() -> None:
    """What it needs of the world it is given."""
    pure = [name for name in IMPORTS if is_in(name, PURE) and not is_in(name, IMPURE)]
    assert offenders({name: others(name) & WORLD for name in pure}) == {}


def test_no_import_goes_round_in_a_circle() -> None:
    """Of modules, not only of packages."""
    try:
        order = list(TopologicalSorter({name: ours(name) for name in IMPORTS}).static_order())
    except CycleError as error:
        order = error.args[1]
        pytest.fail(" → ".join(order))
    assert set(order) >= set(IMPORTS) - {"", "__main__"}


def test_imports_stand_at_the_top() -> None:
    """An import inside a function is an arrow that hides, or a cycle that somebody went round."""
    functions = (
        (name, node)
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    hidden = [
        name
        for name, function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_no_two_classes_share_a_name() -> None:
    """Who reads a name knows which is meant; what begins with _ is known in its module only."""
    places: dict[str, set[str]] = {}
    for name, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places.setdefault(node.name, set()).add(name)
    assert {name: modules for name, modules in places.items() if len(modules) > 1} == {}
