"""The page's walls: which folder may know which, and what no file of it does."""

import re
from collections import Counter
from graphlib import TopologicalSorter
from pathlib import PurePosixPath

from tests.support.processes import ROOT

SOURCES = ROOT / "frontend" / "src"

# From the ground up: a file imports from its own place and from those before it. Folders, and the files at the top.
FOLDERS = ["protocol", "data", "model", "plot", "export", "controllers", "components"]
ORDER = ["format", "text", "storage", *FOLDERS[:5], "state", "controllers", "app", "keys", "components", "main"]
MOST_FILES = 30

SCRIPTS = {
    file.relative_to(SOURCES).as_posix(): file.read_text(encoding="utf-8")
    for file in sorted(SOURCES.rglob("*.ts*"))
    if not file.name.endswith(".d.ts")
}
TYPE = re.compile(r"^export (?:class|interface|type) (\w+)", re.MULTILINE)
IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*["'](\.[^"']*)["']""")


def place(name: str) -> str:
    """Return the folder of a file, or its stem at the top level."""
    path = PurePosixPath(name)
    return path.parts[0] if len(path.parts) > 1 else path.stem


def imported(name: str) -> set[str]:
    """Return the sources that a source imports, by name."""
    folder = SOURCES / PurePosixPath(name).parent
    targets = [(folder / target).resolve().relative_to(SOURCES).as_posix() for target in IMPORT.findall(SCRIPTS[name])]
    return {other for target in targets for other in (f"{target}.ts", f"{target}.tsx") if other in SCRIPTS}


def test_imports_go_down() -> None:
    """Each folder knows those below it, and its own files."""
    upward = [
        f"{name} imports {other}"
        for name in SCRIPTS
        for other in sorted(imported(name))
        if ORDER.index(place(other)) > ORDER.index(place(name))
    ]
    assert upward == []


def test_no_file_imports_itself_by_a_detour() -> None:
    """Imports have no cycle, types included."""
    order = TopologicalSorter({name: imported(name) for name in SCRIPTS})
    assert set(order.static_order()) == set(SCRIPTS)


def test_every_place_is_in_the_order_and_every_name_in_it_is_a_place() -> None:
    """A new folder gets its place in the order, a removed one loses it."""
    assert {place(name) for name in SCRIPTS} == set(ORDER)


def test_no_folder_is_crowded() -> None:
    """A folder that a newcomer can take in at a glance."""
    counts = Counter(file.parent for file in SOURCES.rglob("*") if file.is_file())
    assert {str(folder): count for folder, count in counts.items() if count > MOST_FILES} == {}


def test_no_two_types_have_one_name() -> None:
    """A name says what it is without the file that it is from."""
    counts = Counter(name for text in SCRIPTS.values() for name in TYPE.findall(text))
    assert [name for name, count in counts.items() if count > 1] == []


def test_two_files_import_plotly() -> None:
    """One draws over time, the other all else; whoever wants a picture asks them."""
    imports = re.compile(r"""(?:from|import)\s*\(?\s*["']plotly""")
    assert [name for name, text in SCRIPTS.items() if imports.search(text)] == [
        "plot/plotlyChart.ts",
        "plot/views/plainPlot.ts",
    ]


def test_the_protocol_knows_no_document() -> None:
    """What speaks with the server runs without a page: in a test, or in a worker."""
    page = re.compile(r"\b(?:document|window|navigator|localStorage)\.\w|\bHTML\w*Element\b")
    assert [name for name, text in SCRIPTS.items() if place(name) == "protocol" and page.search(text)] == []


def test_colours_of_charts_stand_in_one_file() -> None:
    """Whoever wants another colour opens `plot/colours.ts`; reports have a style sheet of their own, the older replay program its colours."""
    colour = re.compile(r"""["'`]#[0-9a-fA-F]{3,8}["'`]""")
    assert [name for name, text in SCRIPTS.items() if colour.search(text)] == [
        "model/legacyStyle.ts",
        "plot/colours.ts",
    ]


def test_no_markup_is_made_from_text() -> None:
    """Tag names come from strangers: the page sets text and builds elements, never innerHTML."""
    forbidden = re.compile(
        r"\b(innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write|eval)\b\s*[=(]"
    )
    assert [name for name, text in SCRIPTS.items() if forbidden.search(text)] == []


def test_the_page_names_no_other_host() -> None:
    """Our own address serves everything: no URL with a host stands in the page's sources, but for XML's namespaces."""
    hosts = re.compile(r"""["'`](?:https?|wss?):?//(?!www\.w3\.org/)[a-z0-9]""")
    assert [name for name, text in SCRIPTS.items() if hosts.search(text)] == []
