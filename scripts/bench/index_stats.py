"""What the facet index costs a worker, by the site's own measurement."""

import json

from .databases import Database
from .paths import manage


def measure(database: Database) -> dict:
    """Memory, start and catching up with 1,000 changes."""
    if "facet_index" not in manage(database.url, "help", "--commands").split():
        raise RuntimeError("not there yet: manage.py facet_index --measure")
    return json.loads(manage(database.url, "facet_index", "--measure").strip().splitlines()[-1])
