"""The limits of processes that read uploaded files."""

import resource

from sco_cities.core import resource_limits


def test_the_limit_of_memory_is_computed_once(monkeypatch):
    # The unused memory may change between two computations. The soft limit would then exceed the hard limit, which is
    # an error.
    unused, limits = iter([3_000, 2_000]), {}
    monkeypatch.setattr(resource_limits, "_unused", lambda: next(unused))
    monkeypatch.setattr(resource, "setrlimit", limits.__setitem__)
    resource_limits.limit_resources(memory=100_000, processor_s=60)
    assert limits == {
        resource.RLIMIT_CORE: (0, 0),
        resource.RLIMIT_CPU: (60, 61),
        resource.RLIMIT_AS: (103_000, 103_000),
    }
