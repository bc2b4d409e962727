"""Nouns and rules of multi-cloud: pure values, no I/O, no clock, no logging."""
