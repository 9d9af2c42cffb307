"""Keeps the set of records with each facet value in the memory of each web process.

On each request, a list counts the records for every option of every filter. For a million records, the counts would
take seconds in SQL. With sets of primary keys, they take milliseconds.

- **Bitmaps** (`pk_bitmaps`): each set of primary keys is a Roaring bitmap. `dimensions` reads one bitmap for each value
  from the database. `facets` derives further bitmaps from these bitmaps, such as the countries of an initiative's
  cities. A filter is an intersection of bitmaps, and a facet count is the size of an intersection (`facet_counts`).
- **Sort orders** (`sorting`, `sorted_keys`): the keys of all records in order. An `OrderedSelection` takes a page of
  any selection from them.
- **Registry** (`registry`): each app registers its kinds of record in its `facets.py`.
- **Triggers** (`triggers`): for each written row, a database trigger adds an entry to the change log (`models.Change`)
  in the same transaction. Therefore bulk updates, cascades, imports and manual SQL are also logged.
- **Change log** (`change_log`): returns the keys that changed since a known version. If too many keys changed, the
  index is read again.
- **Snapshot** (`read_snapshot`): a request opens a repeatable-read transaction. All queries of the request, including
  queries of the change log, see the database as of one moment.
- **Refresh** (`refresh`): at the start of a request, `facet_index()` reads the change log, reads the rows of the
  changed records and derives a new `state.IndexState`. States are immutable, so a request keeps its state while later
  requests use newer states. Each process refreshes its own state. Processes share only the database.

Facet counts stay correct after a bulk update, and caches are invalidated: `QuerySet.update()` commits its rows together
with their log entries. The next request, in any process, opens a snapshot after that commit, finds the entries, and
reads the changed records again before it counts. The rows and the entries are invisible to a request with an earlier
snapshot. A cached result depends on the bitmaps in the computation (`IndexState.memoize`). It is computed again only if
one of the bitmaps was replaced.
"""
