"""What `python3 mqtt-plot.pyz` runs. Plain enough for an old Python to read, so that it can say what it needs."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - it is for those
    found = ".".join(map(str, sys.version_info[:2]))
    sys.exit("mqtt-plot: expected Python 3.11 or later, this is " + found + "; Debian 12 has it")

from mqtt_plot.cli import main

sys.exit(main())
