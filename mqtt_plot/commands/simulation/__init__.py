"""A simulated plant for the demo and for load tests. Knows nothing of the bridge."""
