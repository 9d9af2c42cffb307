"""Memory and CPU limits for a process that reads uploaded files (see `limited_process`)."""

import resource


def limit_resources(memory: int, processor_s: int) -> None:
    """Limits the bytes of memory and the CPU time of this process. The process is killed if it exceeds the CPU time."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (processor_s, processor_s + 1))
    # The system limits the address space. The interpreter maps more memory than it uses, so the difference is added.
    addresses = memory + _unused()
    resource.setrlimit(resource.RLIMIT_AS, (addresses, addresses))


def _unused() -> int:
    """The bytes that are mapped but not in memory, if the system reports them."""
    try:
        with open("/proc/self/statm") as file:
            mapped, resident, *_more = map(int, file.read().split())
    except OSError:
        return 0
    return (mapped - resident) * resource.getpagesize()
