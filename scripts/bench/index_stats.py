"""Memory and time of the facet index, measured by `manage.py facet_index --measure`."""

import json

from .databases import Database
from .paths import manage


def measure(database: Database) -> dict:
    """Memory, time to read it, and time to catch up with 1,000 changes."""
    if "facet_index" not in manage(database.url, "help", "--commands").split():
        raise RuntimeError("missing: manage.py facet_index --measure")
    return json.loads(manage(database.url, "facet_index", "--measure").strip().splitlines()[-1])
