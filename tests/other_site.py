"""A page on another site that a browser can open."""

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def page_on_other_site(body: str = "") -> Iterator[str]:
    """The URL of a page with this body.

    Its host name is different, so the browser treats it as a page of another site.
    """
    content = f"<!doctype html><title>Other</title>{body}".encode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
