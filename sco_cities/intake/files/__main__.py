"""The process that reads an uploaded report from its standard input. Its argument is a request in JSON.

The request contains `packages`, the directory of the installed packages. The answer is JSON as well. It contains the
fields of `report.FileText`, or `refusal` with a sentence and its values. If there is no answer, a limit has ended the
process.
"""

import json
import resource
import signal
import sys
from dataclasses import asdict

from sco_cities.core.resource_limits import limit_resources

from .errors import UnreadableUpload
from .limits import MAX_ANSWER_SIZE, MEMORY, PROCESSOR_S, WALL_S
from .report import read


def main() -> None:
    limit_resources(MEMORY, PROCESSOR_S)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MAX_ANSWER_SIZE, MAX_ANSWER_SIZE))
    # The alarm also ends the process if nothing waits for the answer any more.
    signal.alarm(WALL_S)
    sys.path.append(json.loads(sys.argv[1])["packages"])
    try:
        answer = asdict(read(sys.stdin.buffer.read()))
    except UnreadableUpload as error:
        answer = {"refusal": [error.sentence, error.values]}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode())


if __name__ == "__main__":
    main()
