"""CSV files read, played and written. Knows nothing of HTTP and browsers."""
