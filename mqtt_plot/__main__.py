"""`python3 -m mqtt_plot` is `mqtt-plot`."""

import sys

from mqtt_plot.cli import main

sys.exit(main())
