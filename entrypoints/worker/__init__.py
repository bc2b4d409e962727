"""The background worker: `celery -A entrypoints.worker worker|beat|flower|inspect|purge|call`.

Importing this package connects to nothing and reads no setting; Celery asks for the
configuration when a command first needs it.
"""

from entrypoints.worker.importing import undisturbed

with undisturbed():
    from entrypoints.worker.celery_app import app

__all__ = ["app"]
