"""The one table of this room: what has changed, so that every web process can follow.

Whoever writes, be it the admin, a package, a cascade or SQL by hand, leaves an entry in the same transaction:
database triggers make it (`index/triggers.py`). Nothing else of browse is stored.
"""

from django.db import models


class Change(models.Model):
    """A row of some table was added, changed or removed.

    `part` is the table and column that name it, as in "initiatives_initiative_themes.initiative_id", and `key`
    that column's value; the part "*" stands for more than can be said: everything is to be read anew.
    `transaction_number` is PostgreSQL's number of the transaction, null on SQLite, where changes commit in order.
    """

    part = models.CharField(max_length=80)
    key = models.BigIntegerField(default=0)
    transaction_number = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["transaction_number"], name="browse_change_transaction"),
            models.Index(fields=["part"], name="browse_change_part"),
        ]

    def __str__(self):
        return f"{self.part} {self.key}"
