"""The embedded broker's own process: `python -m mqtt_plot.mqtt.embedded_broker_process 127.0.0.1:1883`. Ends when its standard input does.

The only importer of iotcore, which the extra `demo` installs. Nothing imports this module; `embedded_broker` runs it.
"""

import logging
import os
import signal
import sys
import threading

from iotcore import IotCoreBroker

# rumqttd's limit counts the whole packet; the bridge's --max-payload is 256 KiB.
MAX_PACKET_BYTES = 512 * 1024
MAX_CONNECTIONS = 1000


def main() -> None:
    """Serve until the parent closes our standard input; its end closes it too."""
    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches this process too, but the bridge must disconnect first
    # rumqttd logs several records per message, even as errors.
    logging.getLogger().setLevel(logging.CRITICAL + 1)
    host, _, port = sys.argv[1].rpartition(":")
    broker = IotCoreBroker(
        listen=host, port=int(port), max_payload_size=MAX_PACKET_BYTES, max_connections=MAX_CONNECTIONS
    )
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()
    broker.run_forever()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)  # nothing else ends the broker's threads


if __name__ == "__main__":
    main()
