"""Two bridges that would write the same files."""

from pathlib import Path

import pytest

from mqtt_plot.app import App
from mqtt_plot.config.settings import Settings
from mqtt_plot.config.values import BrokerUrl
from mqtt_plot.errors import SourceError


async def test_a_second_bridge_on_the_same_state_file_is_refused_in_words(tmp_path: Path) -> None:
    """Both would write it in turn, and each restart would find the other's points, or half of a file."""
    settings = Settings(host="127.0.0.1", port=0, broker=(BrokerUrl("none"),), state=str(tmp_path / "state.bin"))
    first, second = App(settings), App(settings)
    await first.start()
    with pytest.raises(SourceError, match="another bridge writes there"):
        await second.start()
    await second.stop()
    await first.stop()
    await second.start()
    await second.stop()
