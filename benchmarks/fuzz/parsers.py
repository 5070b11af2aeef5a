"""Coverage-guided fuzzing of every parser: `make fuzz`, which installs atheris in an environment of its own.

The first byte of an input chooses the way in: a hint, Sparkplug, a CSV table, or recognition by the payload itself. Whatever but PayloadError
comes out is a finding, and atheris keeps the input. Options of libFuzzer work: `-max_total_time=600 -max_len=4096 CORPUS_FOLDER`.
"""

import sys

import atheris

with atheris.instrument_imports(include=["mqtt_plot"]):
    from mqtt_plot.errors import PayloadError
    from mqtt_plot.parsers.formats import FORMATS, Rules, parse
    from mqtt_plot.parsers.sparkplug import Nodes
    from mqtt_plot.recordings.csv_table import Table

NOW = 1_700_000_000.0
WAYS = ("", "", "", *FORMATS)
KINDS = ("NBIRTH", "NDATA", "DBIRTH", "DDATA", "NDEATH", "DDEATH")
nodes = Nodes(lambda _topic, _payload: None)


def one_input(data: bytes) -> None:
    """Read one input; only PayloadError is expected."""
    if not data:
        return
    way, payload = data[0], data[1:]
    rules = Rules(is_strict=bool(way & 0x80))
    try:
        if way & 0x40:
            kind = KINDS[way % len(KINDS)]
            nodes.parse(f"spBv1.0/g/{kind}/n" + ("/d" if kind[0] == "D" else ""), payload, rules, NOW)
        elif way & 0x20:
            table = Table(payload, rules.zone, NOW)
            for piece in table.pieces():
                table.parse(piece)
        else:
            parse(payload, rules, NOW, WAYS[way % len(WAYS)])
    except PayloadError:
        pass


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
