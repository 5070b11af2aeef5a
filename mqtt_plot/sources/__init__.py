"""Where data comes from: the broker, a recording, the simulated plant."""
