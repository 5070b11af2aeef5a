"""The connection to the broker: subscribe, publish, heal. Knows nothing of payloads and the store."""
