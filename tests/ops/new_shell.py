"""A new checkout, as after cloning the repository."""

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

START_TIMEOUT_S = 120


class NewShell:
    """A new checkout, and a shell without environment variables."""

    def __init__(self, directory: Path):
        self.directory = directory
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(directory),
        }

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess:
        return subprocess.run(
            command, cwd=self.directory, env=self.environment | variables, capture_output=True, text=True,
            timeout=START_TIMEOUT_S, check=False,
        )  # fmt: skip

    def terminal(self, *command: str, expect: str, send: str) -> tuple[int, str]:
        """Runs a command in a terminal, and types `send` each time the command prints `expect`."""
        child, terminal = pty.fork()
        if child == 0:
            os.chdir(self.directory)
            os.execvpe(command[0], command, self.environment)  # noqa: S606 - a terminal needs a fork
        output, answered, pid, status = "", 0, 0, 0
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            # If SIGHUP is ignored, as under nohup, the terminal stays open until waitpid() has returned.
            if not select.select([terminal], [], [], 1)[0]:
                pid, status = os.waitpid(child, os.WNOHANG)
                if pid:
                    break
                continue
            try:
                block = os.read(terminal, 65536)
            except OSError:  # Linux raises this error at the end of a terminal.
                break
            if not block:
                break
            output += block.decode(errors="replace")
            if output.count(expect) > answered:
                answered += 1
                os.write(terminal, send.encode())
        else:
            os.kill(child, signal.SIGKILL)
        os.close(terminal)
        if not pid:
            _, status = os.waitpid(child, 0)
        return os.waitstatus_to_exitcode(status), output
