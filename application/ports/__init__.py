"""One protocol per ability; each docstring is the contract its adapters are tested against."""
