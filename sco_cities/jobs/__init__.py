"""Background jobs, which take longer than a request may and run in the worker (`manage.py db_worker`).

A job has an admin page with its progress, and makes all its changes or none, even if the worker is killed.
"""
