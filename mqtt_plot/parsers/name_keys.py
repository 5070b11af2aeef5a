"""Tables of the keys under which objects say what they are called. Refuses to look into an object."""

import re

from mqtt_plot.parsers.values import words


def ranks(names: str) -> dict[str, int]:
    """Return a table of names with their places; the first is the surest."""
    return {name: place for place, name in enumerate(names.split())}


# Keys in lower case, without _ - and blanks; the surest first. What is measured:
POINTS = ranks(
    "displayname browsename tagpath tagname signalname signal itemname item variablename variable varname metricname metric metrictype "
    "measurementname measurement "
    "resourcename propertyalias objectname objectidentifier propertyname property datapointname datapoint dataitemid pointname "
    "point dataitemkey fieldkey metrickey attributename attribute parametername parameter fieldname field channelname tag valuetype externalid "
    "seriesname streamname streamid target path name topic "
    "serviceid nodeid itemid tagid pointid datapointid signalid objectid identifier uniqueid uid "
    "key k title label n code dpid flag register reg regaddr address addr id index channel ch destination groupaddress ga alias iotid "
    # What kind of thing is measured, where nothing else says so.
    "quantity measurand sensortype measurementtype kind type event eventname"
)
# What stands in an object that is one value, and no name of it.
BESIDE = frozenset(words("value val v reading unit units uom"))
# A number under these is what was measured, and no name of it.
QUANTITIES = frozenset(words("measurement quantity measurand metric"))
ACCESS = re.compile(r"[rw]|[rw]/?[wo]|read|write|read[_-]?(?:only|write)", re.IGNORECASE)  # how a value may be used
CHANNELS, RECEPTIONS = frozenset(["channel", "ch"]), frozenset(["rssi", "snr", "lorasnr"])
KINDS = frozenset(words("quantity measurand sensortype measurementtype kind type event eventname"))
# A sensor, and what it is a part of.
SENSORS = frozenset(words("sensor sensorname sensorid probe probeid"))
DEVICES = ranks(
    "devicename device deviceid devid nodename node nodeid stationname station stationid machinename machine machineid"
)
# And who measures it, from near to far.
OWNERS = ranks(
    "sensorname sensor sensorid metername meter meterid endpointid inverter inverterid nodename node gatewayid gtwid devicename deviceid devid "
    "device asset assetcode assetname assetid deveui deviceeui eui devaddr imei ident mac macaddress serialnumber serial sn machineid machine "
    "slave slaveid slaveno slaveaddress slaveaddr unitid sid hardwareserial "
    "gweui gatewayeui equipment equipmentname equipmentid chartid chart mmsi icao icao24 callsign host"
)
# Under these a whole number is a name as well.
NUMBERED = frozenset(
    words(
        "id idx alias iotid dpid channel ch address addr register reg regaddr "
        "slave slaveid slaveno slaveaddress slaveaddr unitid index datapointid pointid tagid signalid objectid itemid sensor sensorid "
        "meter "
        "meterid endpointid "
        "inverter inverterid node nodeid device deviceid devid station stationid machine machineid vehicle vehicleid carid asset assetid "
        "serialnumber serial sn imei mmsi"
    )
)
# What tells the objects of a list apart that have no better name. The second ones are places in a row of samples as well.
ORDINALS = frozenset(
    words(
        "port slot phase string mppt slave zone pack cell line circuit idx gpu cpu core disk drive fan tank pump relay tracker bank loop "
        "axis motor valve"
    )
)
PLACES = frozenset(words("no nr num number pos position hex"))
# Who speaks, where the topic does not say so: the surest first.
SPEAKERS = ranks(
    "devicename device deviceid devid stationid station sensorname sensor sensorid nodename node machine machineid asset assetcode assetname "
    "assetid equipment endpointid inverter inverterid thing thingname vehicleid carid vin name deveui deviceeui eui devaddr imei ident mac "
    "macaddress serialnumber serial sn meterid slave slaveid slaveno slaveaddress slaveaddr sid hardwareserial "
    "mmsi icao callsign hostname host gatewayname gatewayid gateway gwid gwmac gatewaymac "
    "idx id"
)
# An `id` may count messages, and so may any number that stands under a name that is not made for one.
NUMBERED_SPEAKERS = NUMBERED - {
    "id",
    "alias",
    "iot.id",
    "channel",
    "ch",
    "address",
    "addr",
    "register",
    "reg",
    "regaddr",
    "index",
    "objectid",
}
# Parts of an object that are there to say whose it is.
OWNER_PARTS = frozenset(
    words(
        "device deviceinfo enddevice datastream source sensor sensorinfo node station meter machine thing asset gateway inverter vehicle "
        "observation knx "
        "meta header head hdr envelope"
    )
)
# Such a part tells of a message as well, and these of it: another name in each.
HEADERS = frozenset(words("meta header head hdr envelope"))
COUNTING = frozenset(words("id uid uniqueid key index n type kind"))
# Two numbers that name a property together are as those of an object: of MIoT's devices a service and a property of it.
PARTS_OF_NUMBERS = {"siid": "objecttype", "piid": "instanceno"}
# Addresses of Modbus, and what says which of its tables they are of.
REGISTERS = frozenset(words("register reg regaddr registeraddress"))
ADDRESSES = REGISTERS | {"address", "addr"}
TABLE_KEYS, TABLES = (
    frozenset(words("type registertype table function functioncode fc")),
    ("coil", "holding", "input", "discrete"),
)
FUNCTIONS = {1: "coil", 2: "discrete", 3: "holding", 4: "input"}  # by which Modbus reads them
# What surely says whose it is, also a level below.
DEVICE_KEYS = re.compile(
    r"(?:device|dev|sensor|node|station|meter|machine|thing|tracker|vehicle)(?:id|name|mac|eui|serial|sn|uid|addr|address)|entityid|imei"
)
INSTANCES = frozenset(words("instanceno instance instancenumber objectinstance objectid"))
VOCABULARY = frozenset({*POINTS, *OWNERS})

# Further keys of who speaks, such as esp8266id, chipId, modbusDeviceName.
# What tells whose a message is that has an envelope around it.
ENVELOPED = frozenset(words("deveui deviceeui devaddr deviceid imei mac macaddress"))
_THINGS = (
    "device|sensor|source|src|sender|node|gateway|station|meter|inverter|esp\\d+|chip|core|board|module|machine|asset|logger|tracker|thing"
    "|task|job|tank|pond|plant|farm|silo|well|truck|car|vehicle|vessel|ship|robot|drone|train|wagon|bike|line|zone|room|building|house"
    "|site|pump|valve|motor|boiler|heater|chiller|battery|bms|pack|panel|charger|evse|counter|probe|equipment|controller|plc"
    "|rtu|hub|buoy|beacon|box|container|rack|server|host|instance|cluster|animal|cow|hive|patient|player|camera|lamp|light|door|lock|lift"
    "|elevator|turbine|compressor|press|oven|furnace|spindle|axis|crane|conveyor|scale|locker|bin|mower|vacuum|appliance"
)
_ENDS = "id|name|key|no|nr|num|number|eui|serial|serialno|serialnumber|sn|mac|addr|address|ident|identifier|uid|tag|ref"
SPEAKS = re.compile(rf".*(?:{_THINGS})(?:{_ENDS}|sid)|id(?:device|sensor|node|station|machine|meter)")
# A whole number under such a key is a name, where it ends so.
NUMBERS_THING = re.compile(rf".*(?:{_THINGS})(?:s?id|no|nr|num|number|addr|address)")
_POINT_WORDS = (
    "tag|point|item|signal|variable|parameter|param|metric|register|attribute|stream|series|measurement|measure|quantity"
    "|resource|entity"
)
FURTHER_POINTS = re.compile(rf".*(?:{_POINT_WORDS})(?:id|name|key|no|nr|number|address|addr|code|path)")
# What such a name is the name of, and its value: registerAddress and registerValue.
VALUE_OF = re.compile(rf".*(?:{_POINT_WORDS}|{_THINGS}|field|property)(?=value$|reading$)")
UNIT_OF = re.compile(rf"(?:{_POINT_WORDS}|value|data|sensor|field|property|reading)units?")
# Things that have others in them: these say less of who speaks than the others.
CONTAINERS = re.compile(
    r".*(?:farm|plant|line|zone|room|building|house|site|cluster|rack|gateway|hub|server|host|station|fleet)(?:[a-z]{1,6})"
)
# Where it stands, if nothing says who it is.
LOCATIONS = frozenset(words("locationname location loc roomname room area sitename site place"))
# Who sent a message, where nothing surer says so; what numbers messages is in it too, as nobody can tell.
APART = re.compile(
    r"(?:.*[^gentorskd])?id|.*(?:device|node|sensor|meter|station|client|unit|machine|asset|box|board|probe|rom)id|.*mac(?:addr(?:ess)?)?|.*eui"
    r"|.*serial(?:no|number|num)?|s/?n|(?:dev|device|node|bus|short|long|rom|i2c|modbus)?addr(?:ess)?|name|.*(?:device|node|sensor|station|probe)name"
    r"|(?:host|client|node|src|source|slave|unit|channel|ch|port|ident|station|probe|rom|sender|from|index|pos|tid|sid|topic|entityid)"
)
# What `type` says of a value and not of what is measured.
DATA_TYPES = re.compile(
    r"(?:ar)?(?:(?:u|s|l|d|us|ul|ud)?int(?:eger)?|unsigned|signed|bool(?:ean)?|short|long|float|double|l?real|decimal|num(?:ber|eric)?|str(?:ing)?|text|byte"
    r"|[dl]?word|w?string|w?char|time|json|object|array|struct|enum|variant)\d*(?:\[\d*\])?"
    r"|analog(?:ue)?.*|digital.*|binary.*|multi.?state.*|coils?|discrete.*|holding.*|inputs?|outputs?|registers?|scalar|measurements?|samples?"
    r"|data|values?|readings?|telemetry|events?|reports?|updates?|status|state|messages?|publish|changed?|propert(?:y|ies).*|sensors?|devices?"
    r"|metrics?|gauges?|counters?|uplink|location|heartbeat|info|periodic|cyclic|notify.*|response|reply|result"
    r"|(?:sensor|device|system|measurement|status|error|log)[ _-]?(?:data|message|reading|value|report|update)s?",
    re.IGNORECASE,
)
IP = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
# A node of OPC UA (part 6, 5.3.1.10): ns=2;s=Temp, nsu=http://…;s=Temp, http://…/#s=Temp.
NODE = re.compile(r"(?:(?:ns=\d+|nsu=[^;]*)[;#]|\S*#)?[sigb]=(.+)", re.DOTALL)
PROVIDER = re.compile(r"\[[^\]]*\](?=.)")  # of a tag in Ignition: [default]Line/Temp
DOTTED = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)+")
UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
# Under `id`, what a database calls one record: a key of MongoDB, a ULID.
RECORD_KEY = re.compile(r"[0-9a-f]{24}|[0-7][0-9A-HJKMNP-TV-Z]{25}")
DECIMAL = re.compile(r"[+-]?\d*\.\d+")  # a value and no name: {"sensor": "0.0"}
# Lists that hold names, one of each or for several others, and lists of what is called so.
NAME_LISTS = frozenset(["fields", "names", "columns", "tags", "keys", "labels", "headers", "head", "header", "cols"])
COMMON_NAMES = frozenset(["name", "names", "jointnames", "columns", "labels", "channels"])
VALUE_LISTS = frozenset(["values", "data", "dat", "value", "rows", "readings"])
