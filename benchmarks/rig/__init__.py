"""Benchmarks of what runs on several processes."""
