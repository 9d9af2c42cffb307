"""Requests a health check from the web server on this machine, so that containers and systemd units do not need curl.

`python -m sco_cities.ops.probe /readyz --wait 60` exits with status 0 when the URL returns status 200, or with status 1
after 60 seconds. The server's address is read from BIND and PORT.
"""

import argparse
import http.client
import sys
import time

from sco_cities.ops.environment import read_environment

# Seconds before a request times out, and seconds between two requests.
PATIENCE_S, PAUSE_S = 5, 0.2
EVERY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - the server listens on them


def ask(path: str) -> str:
    """Requests `path`. Returns a description of the problem, or "" for status 200."""
    environment = read_environment()
    host, port = environment.get("BIND", "127.0.0.1").strip("[]"), int(environment.get("PORT", "8000"))
    connection = http.client.HTTPConnection(EVERY_ADDRESS.get(host, host), port, timeout=PATIENCE_S)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        text = response.read().decode(errors="replace").strip()
    except (OSError, http.client.HTTPException) as error:
        return f"no answer: {error}"
    finally:
        connection.close()
    return "" if response.status == http.client.OK else f"status {response.status}: {text}"


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="probe", description="Request a health check from the web server of this machine."
    )
    parser.add_argument("path", help="/healthz, /readyz or /readyz?writes=1")
    parser.add_argument("--wait", type=float, default=0, metavar="SECONDS", help="retry for SECONDS")
    arguments = parser.parse_args()
    end = time.monotonic() + arguments.wait
    while problem := ask(arguments.path):
        if time.monotonic() >= end:
            print(f"{arguments.path}: {problem}", file=sys.stderr)
            return 1
        time.sleep(PAUSE_S)
    return 0


if __name__ == "__main__":
    sys.exit(main())
