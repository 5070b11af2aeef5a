"""What README claims about speed and memory, runnable."""
