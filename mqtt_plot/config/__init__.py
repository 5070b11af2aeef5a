"""What the user chose: options, their values, presets, and where they are read from."""
