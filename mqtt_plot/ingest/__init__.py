"""The only way into the store: parse, check, limit, write, count. Knows nothing of transports and browsers."""
