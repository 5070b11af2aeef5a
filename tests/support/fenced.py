"""What our documents show in blocks of code, as their readers would copy it."""

import re

from tests.support.processes import ROOT


def blocks(document: str, heading: str) -> list[str]:
    """Return the blocks of docs/`document` below `## heading`."""
    text = (ROOT / "docs" / document).read_text(encoding="utf-8")
    section = re.split(r"(?m)^## ", text.partition(f"\n## {heading}\n")[2])[0]
    found = re.findall(r"(?ms)^```\w*\n(.*?)^```", section)
    assert found, f"nothing to copy below {heading!r} in docs/{document}"
    return found
