"""Work that takes longer than anybody waits at a page: done by the worker (`manage.py db_worker`), told by its own
page, and all or nothing whenever it is stopped.
"""
