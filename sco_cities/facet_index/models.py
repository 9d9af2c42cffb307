"""The change log, which is the only table of the facet index.

Database triggers (`facet_index/triggers.py`) write an entry in the transaction of each change, whether made by the
admin, data packages, cascades or manual SQL.
"""

from django.db import models

# Special values of `part`. After EVERYTHING, processes must read everything again. PRUNED (only on PostgreSQL) means
# that all entries up to the transaction number of this entry have been deleted.
EVERYTHING = "*"
PRUNED = "<"


class Change(models.Model):
    """An entry of the change log for an inserted, updated or deleted row.

    `part` contains the table and the column that identifies the record, as in
    "initiatives_initiative_themes.initiative_id", and `key` is the column's value. `transaction_number` is PostgreSQL's
    transaction ID. On SQLite, which commits changes in order, `transaction_number` is a random number that identifies
    the entry.
    """

    part = models.CharField(max_length=80)
    key = models.BigIntegerField(default=0)
    transaction_number = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["transaction_number"], name="facet_index_change_transaction"),
            # The primary key lets PostgreSQL find the last entry of a part without reading other entries.
            models.Index(fields=["part", "id"], name="facet_index_change_part"),
        ]

    def __str__(self):
        return f"{self.part} {self.key}"
