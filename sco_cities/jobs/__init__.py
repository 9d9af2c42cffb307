"""Background jobs: work that takes longer than a request may, done by the worker (`manage.py db_worker`).

A job has an admin page with its progress, and is all or nothing: if the worker is killed, nothing is changed.
"""
