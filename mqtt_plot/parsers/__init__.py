"""Payload formats: bytes in, samples out. One module per format; the table in formats.py picks by the first byte."""
