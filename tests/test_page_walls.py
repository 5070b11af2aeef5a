"""The page's walls: which folder may know which, and what no file of it does."""

import re

from tests.support.processes import ROOT

SOURCES = ROOT / "frontend" / "src"

SCRIPTS = {
    file.relative_to(SOURCES).as_posix(): file.read_text(encoding="utf-8")
    for file in sorted(SOURCES.rglob("*.ts*"))
    if not file.name.endswith(".d.ts")
}


def test_one_file_imports_plotly() -> None:
    """Whoever else wants a picture asks that file."""
    imports = re.compile(r"""(?:from|import)\s*\(?\s*["']plotly""")
    assert [name for name, text in SCRIPTS.items() if imports.search(text)] == ["plot/plotlyChart.ts"]


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
