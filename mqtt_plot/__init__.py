"""mqtt_plot: a live plot for machines that publish over MQTT or HTTP."""

__version__ = "0.1.0"
