"""Files that others use too."""

from pathlib import Path

import pytest

from mqtt_plot.errors import SourceError
from mqtt_plot.store.files import Claim


@pytest.mark.parametrize("name", ["state.bin", "."])
def test_what_one_bridge_writes_no_other_does(tmp_path: Path, name: str) -> None:
    """A file and a folder alike; once the first bridge has ended, the second may."""
    path = tmp_path / name
    first = Claim(path, "--state")
    with pytest.raises(SourceError, match=f"--state {path}: another bridge writes there"):
        Claim(path, "--state")
    first.release()
    first.release()
    Claim(path, "--state").release()


def test_what_cannot_be_written_needs_no_claim(tmp_path: Path) -> None:
    """A folder that is not there is the business of whoever reads it."""
    Claim(tmp_path / "nowhere" / "state.bin", "--state").release()
    assert list(tmp_path.iterdir()) == []
