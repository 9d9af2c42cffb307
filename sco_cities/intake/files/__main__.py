"""Reads an uploaded report from standard input and prints the result as JSON.

The argument is a JSON object. `packages` is the directory of the installed packages. The result contains the fields of
`report.FileText`, or `refusal` with an error message and its placeholder values. If there is no result, the process
exceeded a limit.
"""

import json
import resource
import signal
import sys
from dataclasses import asdict

from sco_cities.core.resource_limits import limit_resources
from sco_cities.imports.parser.limits import UnreadableFile

from . import MAX_ANSWER_SIZE, MEMORY, PROCESSOR_S, WALL_S
from .report import read


def main() -> None:
    limit_resources(MEMORY, PROCESSOR_S)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_ANSWER_SIZE, MAX_ANSWER_SIZE))
    # The alarm ends this process even if its parent no longer waits for it.
    signal.alarm(WALL_S)
    sys.path.append(json.loads(sys.argv[1])["packages"])
    try:
        answer = asdict(read(sys.stdin.buffer.read()))
    except UnreadableFile as error:
        answer = {"refusal": [error.sentence, error.values]}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode())


if __name__ == "__main__":
    main()
