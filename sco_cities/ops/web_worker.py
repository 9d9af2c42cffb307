"""The worker processes of the web server."""

from gunicorn.workers.gthread import ThreadWorker

from sco_cities.core.frame_stack import with_frame_stack


class WebWorker(ThreadWorker):
    """A worker with threads, so that a slow connection or a long export does not block other requests.

    Ctrl-C lets it finish its requests, as SIGTERM does, for `graceful_timeout` seconds at most. gunicorn's own handler
    raises SystemExit wherever the worker is: in the middle of an import, Python prints a traceback and goes on.
    """

    handle_quit = ThreadWorker.handle_exit
    handle = with_frame_stack(ThreadWorker.handle)
