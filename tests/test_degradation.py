"""What breaks is told or begins again; nothing goes on as half of itself in silence."""

import asyncio
from pathlib import Path
from typing import NoReturn

import pytest

from mqtt_plot.app import App
from mqtt_plot.commands.serve import running
from mqtt_plot.config.settings import Settings
from mqtt_plot.config.values import BrokerUrl
from mqtt_plot.errors import SourceError
from tests.support.bodies import accept_body
from tests.support.waiting import until


class Faults:
    """Puts a fault in the way of each thing that works in the background, and counts how often each was met."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.met: dict[str, int] = {}
        self._monkeypatch = monkeypatch

    def put(self, owner: object, name: str, kind: type[Exception]) -> None:
        label = f"{type(owner).__name__}.{name}"
        self.met[label] = 0

        def fail(*_args: object, **_options: object) -> NoReturn:
            self.met[label] += 1
            raise kind

        self._monkeypatch.setattr(owner, name, fail)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A bridge without broker that saves its state ten times per second."""
    monkeypatch.setattr("mqtt_plot.store.kept_file.SAVE_SECONDS", 0.1)
    return Settings(
        host="127.0.0.1", port=0, broker=(BrokerUrl("none"),), state=str(tmp_path / "state"), state_interval=0.1
    )


def background() -> set[str]:
    """Return the names of all tasks but the test's own."""
    return {task.get_name() for task in asyncio.all_tasks() if not task.get_name().startswith("Task-")}


async def test_every_background_task_survives_a_fault(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Disk, memory, and mistakes of ours: each is logged or counted, and the task goes on."""
    app = App(settings)
    await app.start()
    names = background()
    faults = Faults(monkeypatch)
    assert app.state_file is not None
    faults.put(app.state_file, "write", MemoryError)
    faults.put(app.ingest, "settle", ValueError)
    faults.put(app.store, "expire", KeyError)
    faults.put(app.live.directory, "measure", RuntimeError)
    accept_body(app.ingest, b'{"tag": "a", "value": 1}', 1.7e9)
    await until(lambda: min(faults.met.values()) >= 2, "each fault to be met twice")
    faults.put(app.consumer, "drain", OSError)  # which keeps the others from being met
    await until(lambda: min(faults.met.values()) >= 2, "that fault to be met twice")
    assert (background(), app.counters.get("state_saves", "failed") >= 2) == (names, True)
    monkeypatch.undo()
    accept_body(app.ingest, b'{"tag": "a", "value": 2}', 1.7e9)
    await until(lambda: app.counters.get("state_saves") >= 1, "the state to be saved again")
    await app.stop()


async def test_a_dead_network_thread_ends_the_process_with_the_reason(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bridge whose page works and to which nothing comes is worse than one that is started anew."""
    monkeypatch.setattr("mqtt_plot.watchdog.ILL_SECONDS", 0.0)
    with pytest.raises(SourceError, match="the MQTT thread has died"):
        await serve_without_thread(App(settings), monkeypatch)


async def serve_without_thread(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a bridge whose network thread dies once all has begun."""
    async with running(app) as stopping:
        monkeypatch.setattr(app.watchdog, "_is_healthy", lambda: (False, "the MQTT thread has died"))
        async with asyncio.timeout(10):
            await stopping.wait()
