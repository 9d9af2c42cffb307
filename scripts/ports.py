"""Ports of this machine."""

import socket


def free_port() -> int:
    """Returns an unused TCP port."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return unused.getsockname()[1]
