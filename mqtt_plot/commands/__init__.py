"""What the command line can do beside options: one module per command, each with `run(arguments, environment)`."""
