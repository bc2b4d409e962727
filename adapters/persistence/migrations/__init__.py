"""The schema's history, run by `adapters.persistence.schema`."""
