"""What the columns of a table are called in which each row says whose sample it is, in the languages of those who write such tables."""

import re

# What was measured, which names a sample better than by what.
MEASURANDS = re.compile(
    r"(?i)(?:observed[ _]?)?property|measurand|pollutant|analyte|(?:characteristic|parameter|variable|quantity)([ _]?name)?"
)
TAGS = re.compile(
    r"(?i)_field|tag[ _]?(name)?|var[ _]?name|series|metric|entity[ _]id|sensor([ _]?(name|id))?|signal([ _]?name)?|"
    r"point([ _]?name)?|channel|parameter|variable|item([ _]?name)?|messstelle|kanal"
)
NAMES = re.compile(
    r"(?i)name|id|device|source|instance|host|topic|node|station|location|asset|machine"
)  # these name a sample only beside a column that is called its value
VALUES = re.compile(
    r"(?i)_?value|var[ _]?value|val|wert|messwert|state|reading|valeur|valor|valore|waarde|wartość|hodnota|érték|værdi|värde|verdi|arvo|"
    r"(?:reading|measured|measurement|sensor|numeric|num|result|data|raw|observed)[ _]?value|(?:reading|measured)[ _]?num(?:ber)?"
)
# These tell rows apart that have any columns of numbers.
KEYS = re.compile(
    r"(?i)dev|sn|mac|serial|eui|imei|dev[ _]?eui|"
    r"(sensor|device|station|node|host(name)?|meter|machine|instance|topic|entity|tag|channel|location|room|source|inverter|unit|label|register)"
    r"([ _]?(name|id|key|no|nr|number|code))?|read[ _]type|registratie|gerät|standort|messstelle|anlage|zähler|wr|signal[ _]?(?:id|key)|"
    r"metric[ _]name|measure[ _]name|capteur|appareil|"
    r"estación|dispositivo|"
    r"측정소(명)?|관측소(명)?|지점(명)?|城市|站点|站名|设备(名称|编号|id)?|传感器|位置|地点|測点|観測所"
)
IDS = re.compile(
    r"(?i).*[ _]?(id|no|nr|number|code|key)|station|sensor|channel|node|device|inverter|unit|address|wr|numer_sta|stn|core|cpu|"
    r"(?:dev)?[ _]?eui|sn|meter"
)
# A number of each row, or a random name of it, tells no series.
ROWS = re.compile(
    r"(?i)[_#]?(?:id|uuid|guid|index|idx|seq(?:uence)?|番号|序号)|"
    r"(?:row|record|rec|index|sample|scan|entry|event|log|line|msg|message|data|seq|sequence|store|lap)"
    r"[ _]?(?:id|no|nr|num|number|key|name)?\.?"
)
# What changes from row to row, and says nothing of whose it is.
REMARKS = re.compile(
    r"(?i)(?:.*[ _-])?(?:comments?|remarks?|notes?|descriptions?|message|msg|text|alarms?|faults?|errors?|events?|conditions?|weather"
    r"|dir(?:ection)?|wdir|trend|status|result|action|command|richtung|windrichtung|bemerkung(?:en)?|kommentar|meldung|ereignis|wetter)"
)
UNITS = re.compile(r"(?i)units?|unit_of_measurement|einheit|eenheid|enhet|unité|unidad|unità|单位|単位")
QUALITIES = re.compile(r"(?i)validity|quality|status|statuscode|q")
LABELS = re.compile(r"(?i)label")
DESCRIPTIONS = re.compile(r"(?i)description|bezeichnung|beschreibung|descripción|libellé")  # where they differ
WHOSE = re.compile(
    r"(?i)plc|line|site|area|plant|cell|building|floor|zone|group|turbine|panel|house|field|farm|linie|gebäude|bereich|maschine|halle|raum|werk"
)
STATES = re.compile(r"(?i)(?:.*[ _])?(?:state|mode|zustand|betriebsart|modus|phase|step)")
NO_NAMES = (ROWS, STATES, REMARKS)
# A number that never changes under such a name says whose a row is, or is none of its values.
CONSTANTS = re.compile(
    r"(?i)(?:.*[ _-])?(?:id|no|nr|num|nummer|number|code|key|ean|ean-code|mprn|mpan|serial|quality|flags?|status|version|lat|latitude"
    r"|lon|lng|longitude|longtitude|altitude|elevation|count|points?)|column \d+|.*(?:[a-z]Id|ID)"
)
