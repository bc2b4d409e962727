from tests.bare_environment import bare_environment, logging_as_before

__all__ = ["bare_environment", "logging_as_before"]
