"""Databases for tests that share one for longer than a test takes."""

import uuid

import psycopg2

from adapters.persistence import schema


def a_database(server_url: str) -> str:
    """Return a new database with every table and no row."""
    name = f"shared_{uuid.uuid4().hex[:12]}"
    connection = psycopg2.connect(server_url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    url = server_url.replace("/postgres?", f"/{name}?")
    schema.upgrade(url)
    return url
