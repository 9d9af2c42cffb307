"""The facet index: which records have which value, held by each web process as bitmaps over primary keys.

`kinds` declares what a kind of record is counted by, `axes` reads it from the database, `order` keeps the
records sorted, `state` is all of it at one moment, `changes` and `triggers` keep it true, and `current` gives
a request the state that its own transaction sees.
"""
