"""Memory and CPU limits for processes that read uploaded files (see `limited_process`)."""

import resource


def limit_resources(memory: int, processor_s: int) -> None:
    """Limits this process's memory (bytes) and CPU time (seconds). A process that exceeds the CPU time is killed."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (processor_s, processor_s + 1))
    # The limit applies to the address space. The interpreter maps more memory than it uses, so the difference is added.
    addresses = memory + _unused()
    resource.setrlimit(resource.RLIMIT_AS, (addresses, addresses))


def _unused() -> int:
    """Returns the number of bytes that are mapped but not in memory, or 0 if the system does not report it."""
    try:
        with open("/proc/self/statm") as file:
            mapped, resident, *_more = map(int, file.read().split())
    except OSError:
        return 0
    return (mapped - resident) * resource.getpagesize()
