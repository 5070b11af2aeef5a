"""What real devices publish, as their documents and users' logs show it, and what is to come of it."""

from typing import NamedTuple

# 2023-11-14 22:13:20 UTC
T = 1_700_000_000.0

Expected = tuple[str | None, float | str, str | None, float | None]


class Recorded(NamedTuple):
    """One message, and per sample its field, value, unit and time (None: arrival)."""

    payload: bytes
    expected: tuple[Expected, ...]


def recorded(payload: str, *expected: Expected) -> Recorded:
    """Return a message of text."""
    return Recorded(payload.encode(), expected)


# RFC 8428: its devices, and what its longest example says.
ONE = "urn:dev:ow:10e2073a01080063"
_MANY = "urn:dev:ow:10e2073a0108006:"
VOLTAGE_AND_CURRENT: tuple[Expected, ...] = (
    (f"{_MANY}voltage", 120.1, "V", 1276020076.001),
    *((f"{_MANY}current", 1.2 + n / 10, "A", 1276020071.001 + n) for n in range(6)),
)

RECORDED: dict[str, Recorded] = {
    "Tasmota tele/+/SENSOR, temperature": recorded(
        '{"Time":"2023-11-14T22:13:20","DS18B20":{"Id":"3C01E0760BCD","Temperature":21.3},"TempUnit":"C"}',
        ("DS18B20/Temperature", 21.3, "°C", T),
    ),
    "Tasmota tele/+/SENSOR, climate": recorded(
        '{"Time":"2023-11-14T22:13:20","BME280":{"Temperature":22.6,"Humidity":48.1,"DewPoint":11.1,"Pressure":1009.4},'
        '"PressureUnit":"hPa","TempUnit":"C"}',
        ("BME280/Temperature", 22.6, "°C", T), ("BME280/Humidity", 48.1, None, T),
        ("BME280/DewPoint", 11.1, "°C", T), ("BME280/Pressure", 1009.4, "hPa", T),
    ),
    "Tasmota tele/+/SENSOR, energy": recorded(
        '{"Time":"2023-11-14T22:13:20","ENERGY":{"TotalStartTime":"2022-03-05T17:41:55","Total":43.182,"Yesterday":0.514,'
        '"Today":0.311,"Period":2,"Power":23,"ApparentPower":41,"ReactivePower":34,"Factor":0.57,"Voltage":233,"Current":0.176}}',
        ("ENERGY/Total", 43.182, None, T), ("ENERGY/Yesterday", 0.514, None, T), ("ENERGY/Today", 0.311, None, T),
        ("ENERGY/Period", 2.0, None, T), ("ENERGY/Power", 23.0, None, T), ("ENERGY/ApparentPower", 41.0, None, T),
        ("ENERGY/ReactivePower", 34.0, None, T), ("ENERGY/Factor", 0.57, None, T), ("ENERGY/Voltage", 233.0, None, T),
        ("ENERGY/Current", 0.176, None, T),
    ),
    "Tasmota tele/+/STATE": recorded(
        '{"Time":"2023-11-14T22:13:20","Uptime":"5T10:12:13","UptimeSec":468733,"Heap":26,"SleepMode":"Dynamic","Sleep":50,'
        '"LoadAvg":19,"MqttCount":1,"POWER":"ON","Wifi":{"AP":1,"SSId":"plant","BSSId":"AA:BB:CC:00:11:22","Channel":6,'
        '"Mode":"11n","RSSI":82,"Signal":-59,"LinkCount":1,"Downtime":"0T00:00:03"}}',
        ("UptimeSec", 468733.0, None, T), ("Heap", 26.0, None, T), ("SleepMode", "Dynamic", None, T), ("Sleep", 50.0, None, T),
        ("LoadAvg", 19.0, None, T), ("MqttCount", 1.0, None, T), ("POWER", True, None, T), ("Wifi/AP", 1.0, None, T),
        ("Wifi/Channel", 6.0, None, T), ("Wifi/RSSI", 82.0, None, T), ("Wifi/Signal", -59.0, None, T),
        ("Wifi/LinkCount", 1.0, None, T),
    ),
    "Tasmota stat/+/POWER": recorded("ON", (None, True, None, None)),
    "Tasmota tele/+/LWT": recorded("Online", (None, True, None, None)),
    "Shelly gen 1, shellies/+/relay/0/power": recorded("23.41", (None, 23.41, None, None)),
    "Shelly gen 1, shellies/+/relay/0": recorded("off", (None, False, None, None)),
    "Shelly gen 1, shellies/+/input/0": recorded("1", (None, 1.0, None, None)),
    "Shelly gen 2, +/status/switch:0": recorded(
        '{"id":0,"source":"MQTT","output":true,"apower":12.3,"voltage":231.5,"current":0.071,'
        '"aenergy":{"total":6532.011,"by_minute":[45.2,47.1,88.4],"minute_ts":1699999980},"temperature":{"tC":41.2,"tF":106.2}}',
        ("id", 0.0, None, None), ("source", "MQTT", None, None), ("output", True, None, None), ("apower", 12.3, None, None),
        ("voltage", 231.5, None, None), ("current", 0.071, None, None), ("aenergy/total", 6532.011, None, None),
        ("aenergy/by_minute/0", 45.2, None, None), ("aenergy/by_minute/1", 47.1, None, None),
        ("aenergy/by_minute/2", 88.4, None, None),
        ("temperature/tC", 41.2, None, None), ("temperature/tF", 106.2, None, None),
    ),
    "Shelly gen 2, +/events/rpc": recorded(
        '{"src":"shellyplus1pm-a8032ab12345","dst":"shellyplus1pm-a8032ab12345/events","method":"NotifyStatus",'
        '"params":{"ts":1700000000.25,"switch:0":{"id":0,"apower":8.9}}}',
        ("method", "NotifyStatus", None, None), ("params/switch:0/id", 0.0, None, T + 0.25),
        ("params/switch:0/apower", 8.9, None, T + 0.25),
    ),
    "zigbee2mqtt, climate sensor": recorded(
        '{"battery":87,"humidity":52.31,"linkquality":120,"pressure":1002.4,"temperature":21.17,"voltage":2985}',
        ("battery", 87.0, None, None), ("humidity", 52.31, None, None), ("linkquality", 120.0, None, None),
        ("pressure", 1002.4, None, None), ("temperature", 21.17, None, None), ("voltage", 2985.0, None, None),
    ),
    "zigbee2mqtt, contact": recorded(
        '{"battery":100,"contact":false,"last_seen":"2023-11-14T22:13:20+00:00","linkquality":99,"tamper":false,'
        '"update":{"installed_version":4,"latest_version":4,"state":"idle"}}',
        ("battery", 100.0, None, T), ("contact", False, None, T), ("linkquality", 99.0, None, T),
        ("tamper", False, None, T), ("update/installed_version", 4.0, None, T),
        ("update/latest_version", 4.0, None, T), ("update/state", "idle", None, T),
    ),
    "ESPHome, +/sensor/+/state": recorded("21.4", (None, 21.4, None, None)),
    "ESPHome, +/binary_sensor/+/state": recorded("OFF", (None, False, None, None)),
    "ESPHome, a sensor that failed": recorded("nan", (None, float("nan"), None, None)),
    "Telegraf, influx": recorded(
        "cpu,cpu=cpu-total,host=edge1 usage_idle=98.25,usage_user=1.5 1700000000000000000\n"
        "mem,host=edge1 used=521236480i,available_percent=73.5 1700000000000000000\n",
        ("cpu/cpu=cpu-total/host=edge1/usage_idle", 98.25, None, T), ("cpu/cpu=cpu-total/host=edge1/usage_user", 1.5, None, T),
        ("mem/host=edge1/used", 521236480.0, None, T), ("mem/host=edge1/available_percent", 73.5, None, T),
    ),
    "Telegraf, json": recorded(
        '{"fields":{"usage_idle":98.25,"usage_user":1.5},"name":"cpu","tags":{"cpu":"cpu-total","host":"edge1"},"timestamp":1700000000}',
        ("cpu/cpu=cpu-total/host=edge1/usage_idle", 98.25, None, T), ("cpu/cpu=cpu-total/host=edge1/usage_user", 1.5, None, T),
    ),
    "OPC UA PubSub, NetworkMessage": recorded(
        '{"MessageId":"32235546-05d9-4fd7-97df-ea3ff3408574","MessageType":"ua-data","PublisherId":"MyPublisher","Messages":['
        '{"DataSetWriterId":101,"SequenceNumber":44,"MetaDataVersion":{"MajorVersion":1,"MinorVersion":1},'
        '"Timestamp":"2023-11-14T22:13:20Z","Status":0,"Payload":{"Active":{"Value":true,"SourceTimestamp":"2023-11-14T22:13:19.5Z"},'
        '"Temperature":{"Value":{"Type":11,"Body":25.5}},"Counter":{"Type":7,"Body":12},"Pressure":{"StatusCode":{"Code":2147483648,'
        '"Symbol":"Bad"}},"Level":3.5}}]}',
        ("101/Active", True, None, T - 0.5), ("101/Temperature", 25.5, None, T), ("101/Counter", 12.0, None, T),
        ("101/Pressure", float("nan"), None, T), ("101/Level", 3.5, None, T),
    ),
    "OPC UA PubSub, one DataSetMessage": recorded(
        '{"DataSetWriterName":"Press","Timestamp":"2023-11-14T22:13:20Z","MessageType":"ua-deltaframe","Payload":'
        '{"Force":{"UaType":10,"Value":1.5},"Count":"9007199254740993","Axes":[1,2]}}',
        ("Press/Force", 1.5, None, T), ("Press/Count", 9007199254740992.0, None, T), ("Press/Axes/0", 1.0, None, T),
        ("Press/Axes/1", 2.0, None, T),
    ),
    "SenML, RFC 8428 5.1.1": recorded(f'[{{"n":"{ONE}","u":"Cel","v":23.1}}]', (ONE, 23.1, "Cel", None)),
    "SenML, RFC 8428 5.1.2, two values": recorded(
        '[{"bn":"urn:dev:ow:10e2073a01080063:","n":"voltage","u":"V","v":120.1},{"n":"current","u":"A","v":1.2}]',
        (f"{ONE}:voltage", 120.1, "V", None), (f"{ONE}:current", 1.2, "A", None),
    ),
    # A base name, a base time and a base unit for all, times relative to the base time.
    "SenML, RFC 8428 5.1.2, times": recorded(
        '[{"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,"bu":"A","bver":5,"n":"voltage","u":"V","v":120.1},'
        '{"n":"current","t":-5,"v":1.2},{"n":"current","t":-4,"v":1.3},{"n":"current","t":-3,"v":1.4},'
        '{"n":"current","t":-2,"v":1.5},{"n":"current","t":-1,"v":1.6},{"n":"current","v":1.7}]',
        *VOLTAGE_AND_CURRENT,
    ),
    # Humidity, position and battery of one device, told apart by their units alone.
    "SenML, RFC 8428 5.1.3": recorded(
        '[{"bn":"urn:dev:ow:10e2073a01080063","bt":1.320067464e+09,"bu":"%RH","v":20},{"u":"lon","v":24.30621},'
        '{"u":"lat","v":60.07965},{"t":60,"v":20.3},{"u":"lon","t":60,"v":24.30622},{"u":"%EL","t":150,"v":98}]',
        (ONE, 20.0, "%RH", 1320067464.0), (f"{ONE}/lon", 24.30621, "lon", 1320067464.0), (f"{ONE}/lat", 60.07965, "lat", 1320067464.0),
        (ONE, 20.3, "%RH", 1320067524.0), (f"{ONE}/lon", 24.30622, "lon", 1320067524.0), (f"{ONE}/%EL", 98.0, "%EL", 1320067614.0),
    ),
    # Without base fields, every record complete.
    "SenML, RFC 8428 5.1.4": recorded(
        '[{"n":"urn:dev:ow:10e2073a01080063","u":"%RH","t":1.320067464e+09,"v":20},'
        '{"n":"urn:dev:ow:10e2073a01080063","u":"lon","t":1.320067464e+09,"v":24.30621}]',
        (ONE, 20.0, "%RH", 1320067464.0), (f"{ONE}/lon", 24.30621, "lon", 1320067464.0),
    ),
    # Binary data is noted and left out.
    "SenML, RFC 8428 5.1.5": recorded(
        '[{"bn":"urn:dev:ow:10e2073a01080063:","n":"temp","u":"Cel","v":23.1},{"n":"label","vs":"Machine Room"},'
        '{"n":"open","vb":false},{"n":"nfv-reader","vd":"aGkgCg"}]',
        (f"{ONE}:temp", 23.1, "Cel", None), (f"{ONE}:label", "Machine Room", None, None), (f"{ONE}:open", False, None, None),
    ),
    # The base name is a path.
    "SenML, RFC 8428 5.1.6": recorded(
        '[{"bn":"2001:db8::2/","bt":1.320078429e+09,"n":"temperature","u":"Cel","v":27.2},{"n":"humidity","u":"%RH","v":80}]',
        ("2001:db8::2/temperature", 27.2, "Cel", 1320078429.0), ("2001:db8::2/humidity", 80.0, "%RH", 1320078429.0),
    ),
    # Figure 1: the example of 5.1.2 in 195 bytes.
    "SenML, RFC 8428 6, CBOR": Recorded(
        bytes.fromhex(
            "87a721781b75726e3a6465763a6f773a3130653230373361303130383030363a22fb41d303a15b0010622361412005"
            "0067766f6c7461676501615602fb405e066666666666a3006763757272656e74062402fb3ff3333333333333"
            "a3006763757272656e74062302fb3ff4cccccccccccda3006763757272656e74062202fb3ff6666666666666"
            "a3006763757272656e74062102f93e00a3006763757272656e74062002fb3ff999999999999aa3006763757272656e74"
            "060002fb3ffb333333333333"
        ),
        VOLTAGE_AND_CURRENT,
    ),
    "a number and its unit": recorded("21.5 °C", (None, 21.5, "°C", None)),
    "a controller's decimal comma": recorded("12,5", (None, 12.5, None, None)),
    "a controller's hexadecimal word": recorded("WORD#16#00FF", (None, 255.0, None, None)),
    "a controller's duration": recorded("T#1m2s500ms", (None, 62.5, "s", None)),
    "a fixed-size buffer": recorded("12.5\0\0\0\0", (None, 12.5, None, None)),
    "one sample": recorded('{"value": 20.3, "unit": "℃", "ts": 1700000000}', (None, 20.3, "℃", T)),
    "a batch": recorded('[{"value": 1, "ts": 1700000000}, {"value": 2, "ts": 1700000001}]', (None, 1.0, None, T), (None, 2.0, None, T + 1)),
}  # fmt: skip

# Further starting points for mutation: what the table above does not reach.
SEEDS: tuple[bytes, ...] = (
    b'{"tag": "a", "unit": "m", "ts": [1700000000, "2023-11-14T22:13:21Z"], "value": [1, null]}',
    b'[{"bn": "a/", "bt": 1.7e9, "bv": 5, "bs": 1, "bver": 10}, {"n": "b", "v": 1}, {"n": "c", "vb": true}, {"n": "d", "s": 2}]',
    b'weather,location=us\\ mid\\,west temp=82,text="a \\"b\\" c",ok=t,n=3i,u=4u 1700000000\n# comment\nm x=1',
    b'[[1, [2, 3]], {"a": [true, null, "ON"]}]',
    "21,5 °C".encode("latin-1"),
    "\ufeff12.5".encode(),
    "12.5".encode("utf-16"),
    b"LT#-1d_2h_3m_4s_5ms_6us_7ns",
    b"REAL#1_000.5e-3",
    b"'16#FF'",
    b"WAHR",
)
