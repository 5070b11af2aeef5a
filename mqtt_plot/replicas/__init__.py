"""Several bridges on one broker: republish, fill the window from a peer, follow on demand."""
