"""The connection to the broker: subscribe, publish, reconnect. Knows nothing of payloads and the store."""
