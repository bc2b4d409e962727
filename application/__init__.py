"""Verbs of multi-cloud: use cases, and the ports through which they reach the world."""
