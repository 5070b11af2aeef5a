"""CSV files read, played and written; captures and recorders too. Knows nothing of HTTP and browsers."""
