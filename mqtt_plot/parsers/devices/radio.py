"""What receivers put on one topic for many devices: meters, weather stations, Bluetooth beacons; each is known by what it says it is."""

from collections.abc import Sequence

from mqtt_plot.parsers.devices.family import Family

_RAW = frozenset(
    {"servicedata", "manufacturerdata", "servicedatauuid", "mac_type", "adv_type", "protocol", "freq", "mod", "mic"}
)

# https://github.com/wmbusmeters/wmbusmeters: the add-on publishes wmbusmeters/<name>.
WMBUSMETERS = Family(
    ("wmbusmeters/# → {#} as wmbusmeters",), leave_out=frozenset({"_", "meter", "media", "status"}), is_shared=True
)
# https://triq.org/rtl_433/OPERATION.html#mqtt-output: rtl_433/<host>/events.
_RTL_433_ABOUT = _RAW | {"id", "channel", "subtype", "sequence_num", "model"}
RTL_433 = Family(
    # All that a sensor says at once, or a value a topic: …/devices/<model>/<channel>/<id>/<value>.
    ("rtl_433/+/events → {1} as rtl_433", "rtl_433/+/devices/# → {1}/{#} as rtl_433"),
    why_ignored=lambda levels: "what a sensor says of itself" if levels[-1] in _RTL_433_ABOUT | {"time"} else "",
    leave_out=_RTL_433_ABOUT,
    is_shared=True,
)
# https://docs.openmqttgateway.com, https://gateway.theengs.io.
THEENGS = Family(
    (
        *(f"home/+/{kind}/# → {{#}} as theengs" for kind in ("BTtoMQTT", "RTL_433toMQTT", "LORAtoMQTT", "433toMQTT")),
        *(f"home/+/{kind} → {{1}}/{kind} as theengs" for kind in ("SYStoMQTT", "CLIMAtoMQTT")),
        "home/+/CLIMAtoMQTT/+ → {1}/{2} as theengs",
    ),
    leave_out=_RAW,
    is_shared=True,
)


def _pick_parts(decoded: dict[str, object], *names: str) -> dict[str, object]:
    return {name: decoded[name] for name in names if decoded.get(name) is not None}


def _pick_chirpstack(levels: Sequence[str], decoded: object) -> object:
    """Return what the codec has made of an uplink, and how well the gateways heard it."""
    if not isinstance(decoded, dict) or levels[-1] not in {"up", "rx"}:
        return decoded
    picked = _pick_parts(decoded, "time", "object", "fCnt")
    if isinstance(decoded.get("objectJSON"), str):  # version 3 with its Protocol Buffers marshaler
        picked["object"] = decoded["objectJSON"]
    gateways = decoded.get("rxInfo")
    if isinstance(gateways, list):
        heard = [item for item in gateways if isinstance(item, dict)]
        picked["rxInfo"] = [_pick_parts(item, "gatewayId", "gatewayID", "rssi", "snr", "loRaSNR") for item in heard]
        picked.setdefault(
            "time", next((item["time"] for item in heard if item.get("time")), decoded.get("publishedAt"))
        )
    return picked


# https://www.chirpstack.io/docs/chirpstack/integrations/events.html; version 3 and the LoRa Server before it.
CHIRPSTACK = Family(
    (
        "application/+/device/+/event/up → {2} as chirpstack",
        "application/+/device/+/event/status → {2}/status as chirpstack",
        "application/+/device/+/rx → {2} as chirpstack",
        "application/+/node/+/rx → {2} as chirpstack",
    ),
    _pick_chirpstack,
    leave_out=frozenset({"deviceInfo", "deduplicationId", "applicationID", "applicationName", "deviceName", "devEUI"}),
)


def _pick_ttn(_levels: Sequence[str], decoded: object) -> object:
    """Return the decoded payload of an uplink, and how well the gateways heard it."""
    if not isinstance(decoded, dict):
        return decoded
    uplink = decoded.get("uplink_message")
    if not isinstance(uplink, dict):  # version 2
        metadata = decoded.get("metadata")
        time = metadata.get("time") if isinstance(metadata, dict) else None
        heard = metadata.get("gateways") if isinstance(metadata, dict) else None
        gateways = [
            _pick_parts(item, "gtw_id", "rssi", "snr")
            for item in (heard if isinstance(heard, list) else ())
            if isinstance(item, dict)
        ]
        return {**_pick_parts(decoded, "payload_fields", "counter"), "time": time, "gateways": gateways}
    picked = _pick_parts(uplink, "decoded_payload", "rx_metadata", "f_cnt")
    if isinstance(uplink.get("rx_metadata"), list):
        picked["rx_metadata"] = [
            _pick_parts(item, "gateway_ids", "rssi", "snr") for item in uplink["rx_metadata"] if isinstance(item, dict)
        ]
    return {"received_at": decoded.get("received_at"), "uplink_message": picked}


# https://www.thethingsindustries.com/docs/integrations/pubsub/mqtt-client/, and version 2 of The Things Network.
TTN = Family(("v3/+/devices/+/up → {2} as ttn", "+/devices/+/up → {2} as ttn"), _pick_ttn)
