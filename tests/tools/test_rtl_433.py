"""Debian's rtl_433, which decodes radio samples and publishes what it found."""

from tests.conftest import StartBridge
from tests.support.broker import Broker
from tests.support.processes import Program, find_program
from tests.support.radio import Receiver, thermometer


def test_a_thermometer_on_the_air_is_drawn(broker: Broker, start_bridge: StartBridge) -> None:
    """From the air to the tag, with nothing but `--preset rtl_433`; a frost too."""
    bridge = start_bridge("--broker", broker.url, "--preset", "rtl_433")
    bridge.wait_ready()
    air = thermometer(90, 2, 21.5, 47) + thermometer(91, 1, -3.1, 88)
    with Receiver(air) as receiver:
        output = f"mqtt://127.0.0.1:{broker.port},events=rtl_433/pi/events"
        words = ["-d", f"rtl_tcp:127.0.0.1:{receiver.port}", "-M", "utc", "-F", output]
        radio = Program([find_program("rtl_433"), *words])
        try:
            tags = ("pi/Nexus-TH/2/90/temperature_C", "pi/Nexus-TH/1/91/temperature_C", "pi/Nexus-TH/1/91/humidity")
            status = bridge.wait_tags(*tags)
        finally:
            radio.stop()
    assert [status[tag]["value"] for tag in tags] == [21.5, -3.1, 88.0]
