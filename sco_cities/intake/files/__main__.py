"""The process that reads an uploaded report: the file is its standard input, a request its argument.

The request is JSON: `packages`, the directory in which packages are installed. The answer is JSON as well: the
fields of `report.FileText`, or `refusal` with a sentence and its values. Without an answer, a limit has ended the
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
    # Also when nobody waits for the answer any more.
    signal.alarm(WALL_S)
    sys.path.append(json.loads(sys.argv[1])["packages"])
    try:
        answer = asdict(read(sys.stdin.buffer.read()))
    except UnreadableUpload as error:
        answer = {"refusal": [error.sentence, error.values]}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False).encode())


if __name__ == "__main__":
    main()
