"""Background jobs, which take too long for a request and run in the worker (`manage.py db_worker`).

The progress of a job is shown on an admin page. A job makes all its changes or none, even if the worker is killed.
"""
