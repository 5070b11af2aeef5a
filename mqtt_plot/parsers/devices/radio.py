"""What receivers put on one topic for many devices: meters, weather stations, Bluetooth beacons; each is known by what it says it is."""

import re
from collections.abc import Sequence

from mqtt_plot.parsers.devices.family import Family
from mqtt_plot.parsers.devices.home_assistant import DISCOVERY_TOPICS
from mqtt_plot.parsers.values import words

_RAW = frozenset(
    words("servicedata manufacturerdata servicedatauuid mac_type adv_type protocol freq mod mic uuid mfid radio_clock")
)
# Codes and bytes, which as texts may look like numbers.
_CODES = frozenset(words("raw binary tre_state raw_message raw_msg code data hex cipher ctr"))


def _without_codes(_levels: Sequence[str], decoded: object) -> object:
    if not isinstance(decoded, dict):
        return decoded
    return {key: raw for key, raw in decoded.items() if key not in _CODES or not isinstance(raw, str)}


# https://github.com/wmbusmeters/wmbusmeters: the add-on publishes wmbusmeters/<name>.
WMBUSMETERS = Family(
    ("wmbusmeters/# → {#} as wmbusmeters", *DISCOVERY_TOPICS),
    leave_out=frozenset({"_", "meter", "media"}),
    is_shared=True,
)
# https://triq.org/rtl_433/OPERATION.html#mqtt-output: rtl_433/<host>/events.
_RTL_433_ABOUT = _RAW | {"id", "channel", "subtype", "sequence_num", "model"}
# What tells sensors of one model apart: meters have no id, and that of older releases is none where there is a rolling one.
_RTL_433_IDS = words("rid id ERTSerialNumber EndpointID sid device device_id sensor_id house_code housecode")
_HEX = re.compile(r"(?:0x)?(?=[a-f]*\d)[\da-f]+", re.IGNORECASE)


def _pick_rtl_433(_levels: Sequence[str], decoded: object) -> object:
    """Return values with who sent them: texts of figures are codes, since numbers are sent as numbers; a model alone is a name."""
    if not isinstance(decoded, dict) or "model" not in decoded:
        return decoded
    number = next((key for key in _RTL_433_IDS if isinstance(decoded.get(key), int | str)), "id")
    values = {
        key: raw
        for key, raw in decoded.items()
        if key not in _CODES
        and key not in _RTL_433_IDS
        and (not isinstance(raw, str) or key in {"time", "channel"} or _HEX.fullmatch(raw) is None)
    }
    return {**values, "mic": "none", **({"id": decoded[number]} if number in decoded else {})}


RTL_433 = Family(
    # All that a sensor says at once, or a value a topic: …/devices/<model>/<channel>/<id>/<value>.
    (
        "rtl_433/+/events → {1} as rtl_433",
        "rtl_433/+/devices/# → {1}/{#} as rtl_433",
        # Where the host's name is left away (`events=rtl_433/events`).
        "rtl_433/events → rtl_433 as rtl_433",
        "rtl_433/devices/# → rtl_433/{#} as rtl_433",
        *DISCOVERY_TOPICS,  # of its script for Home Assistant
    ),
    _pick_rtl_433,
    why_ignored=lambda levels: (
        "what a sensor says of itself" if levels[-1] in _RTL_433_ABOUT | _CODES | {"time"} else ""
    ),
    # And what a meter has counted in each of the intervals before.
    leave_out=_RTL_433_ABOUT | {"DifferentialConsumptionIntervals"},
    is_shared=True,
)


def _pick_theengs(levels: Sequence[str], decoded: object) -> object:
    """A beacon on a topic of its UUID is known by that: its address is another each time."""
    if isinstance(decoded, dict) and decoded.get("uuid") == levels[-1]:
        decoded = {key: value for key, value in decoded.items() if key != "id"}
    if isinstance(decoded, dict) and isinstance(
        decoded.get("sumu"), str
    ):  # an energy meter's units: "sum": 21.3, "sumu": "kWh"
        decoded = {f"{key[:-1]}_unit" if key in {"avgu", "sumu"} else key: raw for key, raw in decoded.items()}
    return _without_codes(levels, decoded)


_AT_THE_GATEWAY = words(
    "433toMQTT SYStoMQTT CLIMAtoMQTT DHTtoMQTT ADCtoMQTT HCSR501toMQTT GPIOInputtoMQTT GPIOKeyCodetoMQTT RN8209toMQTT INA226toMQTT "
    "TOUCHtoMQTT DISTtoMQTT LWT"
)
# https://docs.openmqttgateway.com, https://gateway.theengs.io.
THEENGS = Family(
    (
        # One topic for all devices, one for each, and what is connected to the gateway itself.
        *(f"home/+/{kind} → {{1}} as theengs" for kind in ("BTtoMQTT", "RTL_433toMQTT", "LORAtoMQTT")),
        *(f"home/+/{kind} → {{1}}/{kind} as theengs" for kind in _AT_THE_GATEWAY),
        *(f"home/+/{kind}/# → {{#}} as theengs" for kind in ("BTtoMQTT", "RTL_433toMQTT", "LORAtoMQTT", "433toMQTT")),
        "home/+/CLIMAtoMQTT/+ → {1}/{2} as theengs",
        "home/+/CLIMAtoMQTT/+/+ → {1}/{2}/{3} as theengs",
        *DISCOVERY_TOPICS,
    ),
    _pick_theengs,
    leave_out=_RAW | {"brand", "serial", "modeltype"},
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
        "application/+/device/+/event/location → {2} as chirpstack",
        "application/+/device/+/rx → {2} as chirpstack",
        "application/+/node/+/rx → {2} as chirpstack",
    ),
    _pick_chirpstack,
    leave_out=frozenset({"deviceInfo", "deduplicationId", "applicationID", "applicationName", "deviceName", "devEUI"}),
)


def _gateway_of(heard: dict[str, object]) -> object:
    """Return the id of a gateway; those of other networks all go by the name of the packet broker, which tells whose they are."""
    broker, ids = heard.get("packet_broker"), heard.get("gateway_ids")
    name = (
        (broker.get("forwarder_gateway_id") or broker.get("forwarder_gateway_eui"))
        if isinstance(broker, dict)
        else None
    )
    return name or (ids.get("gateway_id") if isinstance(ids, dict) else None)


def _pick_ttn(_levels: Sequence[str], decoded: object) -> object:
    """Return the decoded payload of an uplink, and how well the gateways heard it."""
    if not isinstance(decoded, dict):
        return decoded
    if isinstance(decoded.get("location_solved"), dict):
        return {"received_at": decoded.get("received_at"), **_pick_parts(decoded["location_solved"], "location")}
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
            {**_pick_parts(item, "rssi", "snr"), "gateway_id": _gateway_of(item)}
            for item in uplink["rx_metadata"]
            if isinstance(item, dict)
        ]
    return {"received_at": decoded.get("received_at"), "uplink_message": picked}


# https://www.thethingsindustries.com/docs/integrations/pubsub/mqtt-client/, and version 2 of The Things Network.
TTN = Family(
    ("v3/+/devices/+/up → {2} as ttn", "v3/+/devices/+/location/solved → {2} as ttn", "+/devices/+/up → {2} as ttn"),
    _pick_ttn,
)
