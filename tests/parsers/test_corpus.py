"""What the world's devices really send is read as its owners expect: the corpus of tests/corpus, each case with its source."""

from pathlib import Path

import pytest

from tests.support.corpus import ROOT, WRONG, cases_of, payload_files, table_files, try_payload, try_table


@pytest.mark.parametrize("file", payload_files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_every_payload_is_read_as_its_owner_expects(file: Path) -> None:
    """Tags, values, units and times; where a value cannot be known, words say so."""
    assert [result for result in map(try_payload, cases_of(file)) if result.kind == WRONG] == []


@pytest.mark.parametrize("file", table_files(), ids=lambda file: str(file.relative_to(ROOT)))
def test_every_table_is_read_as_its_owner_expects(file: Path) -> None:
    """The same for the files of loggers, instruments and spreadsheets."""
    assert [result for case in cases_of(file) if (result := try_table(case, file.parent)).kind == WRONG] == []
