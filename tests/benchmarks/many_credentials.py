"""Users with credentials, in such numbers that only the database itself can make them in time."""

from sqlalchemy import Engine, text

_USERS = "INSERT INTO users (email, created_at) SELECT 'u' || n || '@example.org', now()"
_CREDENTIALS = """
INSERT INTO credentials (user_id, provider, name, secret, created_at)
SELECT id, 'aws', 'key-' || n, 'sealed', now() FROM users, generate_series(1, :each) AS n
"""


def add_many(engine: Engine, *, users: int, each: int) -> None:
    """Add *users* with *each* so many credentials for AWS, and let PostgreSQL count its tables."""
    with engine.begin() as connection:
        numbers = text(f"{_USERS} FROM generate_series(1, :users) AS n")
        connection.execute(numbers, {"users": users})
        connection.execute(text(_CREDENTIALS), {"each": each})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE users, credentials"))
