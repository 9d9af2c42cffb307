"""Keeps the set of records with each facet value in the memory of each web process.

On each request, lists count the records for every option of every filter. With a million records, this would take
seconds in SQL. With sets of primary keys it takes milliseconds.

- **Bitmaps** (`pk_bitmaps`): a set of primary keys is a Roaring bitmap. `dimensions` read them from the database, one
  bitmap for each value; `facets` derive others from them, such as the countries of an initiative's cities. A filter
  is an intersection of bitmaps, and a facet count is the size of one (`facet_counts`).
- **Sort orders** (`sorting`, `sorted_keys`): the keys of all records in order, from which an `OrderedSelection`
  takes a page of any selection.
- **Registry** (`registry`): each app registers its kinds of record in its `facets.py`.
- **Triggers** (`triggers`): database triggers write a row to the change log (`models.Change`) for each row that is
  written, in the same transaction. So bulk updates, cascades, imports and manual SQL are logged as well.
- **Change log** (`change_log`): contains the keys that changed since a known version. If there are too many of them,
  the index is read again.
- **Snapshot** (`read_snapshot`): a request opens a repeatable-read transaction. All its queries, the change log
  included, see the database at one moment.
- **Refresh** (`refresh`): at the start of a request, `facet_index()` reads the change log, reads the rows of the
  changed records and derives a new `state.IndexState`. States are immutable, so a request keeps its state while later
  requests use newer ones. Each process does this separately. Processes share only the database.

Facet counts stay correct after a bulk update, and caches are invalidated: `QuerySet.update()` commits its rows together
with their log entries. The next request, in any process, opens a snapshot after that commit, finds the entries, and
counts only after it has read those records again. A request with an earlier snapshot sees neither the rows nor the
entries. Cached results depend on the bitmaps from which they were computed (`IndexState.memoize`) and are computed
again only if one was replaced.
"""
