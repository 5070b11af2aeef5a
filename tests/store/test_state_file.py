"""The state file, and the bridge that keeps one."""

import signal
import time
from pathlib import Path

import pytest

from mqtt_plot.metrics import Counters
from mqtt_plot.store.state_file import StateFile
from mqtt_plot.store.store import Limits, Store
from tests.conftest import StartBridge
from tests.support.bridge import Bridge
from tests.support.waiting import wait_until


class Kept:
    """A store and its state file."""

    def __init__(self, path: Path) -> None:
        self.counters = Counters()
        self.store = Store(Limits(), self.counters)
        self.file = StateFile(path, self.store, self.counters, 3600.0)

    def add(self, tag: str, value: float) -> None:
        self.store.append(self.store.open(tag), 1.0, value)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


async def test_saved_and_loaded(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """What one life saved the next one has; nothing is left beside the file."""
    caplog.set_level("INFO")
    before, after = Kept(tmp_path / "state"), Kept(tmp_path / "state")
    before.file.load()
    before.add("a", 5.0)
    await before.file.save()
    after.file.load()
    assert after.store.find("a").ring.last() == (1.0, 5.0)
    assert names(tmp_path) == ["state"]
    assert [record.getMessage() for record in caplog.records] == [
        f"no state in {tmp_path / 'state'} yet",
        f"1 tags with 1 points read from {tmp_path / 'state'}",
    ]


def test_a_damaged_file_is_set_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """One line says so, and the next start does not meet it again."""
    (tmp_path / "state").write_bytes(b"mqtt_plot state 1\n and then something else")
    kept = Kept(tmp_path / "state")
    kept.file.load()
    assert len(kept.store) == 0
    assert names(tmp_path) == ["state.damaged"]
    assert [record.getMessage() for record in caplog.records] == [
        f"state in {tmp_path / 'state'} refused: its checksum is wrong: it was cut off or changed; set aside as state.damaged"
    ]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
async def test_a_full_disk_is_one_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often it fails; the file of before stays, and success is said once more."""
    caplog.set_level("INFO")
    kept = Kept(tmp_path / "state")
    kept.add("a", 1.0)
    await kept.file.save()
    good = (tmp_path / "state").read_bytes()
    is_full = True
    original = Path.open

    def open_full(path: Path, mode: str = "r", *rest: object, **options: object) -> object:
        if is_full and mode == "wb":
            return original(Path("/dev/full"), mode)
        return original(path, mode, *rest, **options)  # type: ignore[call-overload]  # passed through

    monkeypatch.setattr(Path, "open", open_full)
    for _ in range(3):
        await kept.file.save()
    assert (tmp_path / "state").read_bytes() == good
    is_full = False
    await kept.file.save()
    assert [record.getMessage() for record in caplog.records] == [
        f"state not saved to {tmp_path / 'state'}: No space left on device; the one before stays",
        f"state saved to {tmp_path / 'state'} again",
    ]
    assert kept.counters.get("state_saves", "failed") == 3


def points(bridge: Bridge) -> int:
    return int(bridge.status()["points"])


def test_a_restart_keeps_the_points(start_bridge: StartBridge, tmp_path: Path) -> None:
    """SIGTERM writes them, the next start has them; a SIGKILL loses only what came after the last interval."""
    options = ("--broker", "none", "--state", str(tmp_path / "state"), "--state-interval", "1")
    first = start_bridge(*options)
    first.post("api/v1/samples", {"tag": "a", "ts": [1, 2, 3], "value": [1, 2, 3]})
    began = time.monotonic()
    assert first.stop() == 0
    assert time.monotonic() - began < 5
    second = start_bridge(*options)
    assert second.series("a")["value"] == [1, 2, 3]
    second.post("api/v1/samples", {"tag": "a", "ts": 4, "value": 4})
    saves = second.status()["counters"].get("state_saves", 0)
    wait_until(lambda: second.status()["counters"].get("state_saves", 0) >= saves + 2, "the state to be saved")
    second.kill()
    third = start_bridge(*options)
    assert third.series("a")["value"] == [1, 2, 3, 4]


def test_a_folder_that_may_not_be_written(start_bridge: StartBridge) -> None:
    """The bridge runs all the same; one line at the start, one at the stop."""
    bridge = start_bridge("--broker", "none", "--state", "/proc/none/state")
    bridge.post("api/v1/samples", {"tag": "a", "value": 1})
    assert points(bridge) == 1
    bridge.signal(signal.SIGTERM)
    assert bridge.wait() == 0
    assert bridge.log.count("state not saved") == 1
