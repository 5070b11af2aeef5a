"""What the world's devices really send is read as its owners expect: the corpus of tests/corpus, each case with its source."""

from pathlib import Path

import pytest

from tests.support.corpus import ROOT, WRONG, cases_of, payload_files, try_payload


@pytest.mark.parametrize("file", payload_files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_every_payload_is_read_as_its_owner_expects(file: Path) -> None:
    """Tags, values, units and times; where a value cannot be known, words say so."""
    assert [result for result in map(try_payload, cases_of(file)) if result.kind == WRONG] == []
