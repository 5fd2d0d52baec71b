"""Which process of the test run takes which tests: a module stays together, and what starts servers is begun first.

What a module or a run sets up (a database, the demonstration, a browser) costs seconds to minutes, in each process that
has a test of it. The mark ``xdist_group`` joins modules that share a server.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

# The longest of all: begun first, or the others wait for it at the end.
_LONGEST = "postgresql"
# Whoever commits leaves empty tables behind, without what migrations wrote: after all others, in one process.
_COMMITTING = "committing"


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    # Before the yield: after pytest-randomly has shuffled, before pytest-xdist reads the marks and renames the tests.
    turn = {}
    for item in items:
        shared = {mark.args[0] for mark in item.iter_markers("xdist_group")}
        if commits(item):
            turn[id(item)] = 3
            item.add_marker(pytest.mark.xdist_group(_COMMITTING))
        elif shared:
            turn[id(item)] = 0 if _LONGEST in shared else 1
        else:
            turn[id(item)] = 2
            item.add_marker(pytest.mark.xdist_group(item.path.relative_to(config.rootpath).as_posix()))
    yield
    items.sort(key=lambda item: turn[id(item)])


def commits(item: pytest.Item) -> bool:
    """Whether the test really commits, and its tables are emptied after it."""
    mark = item.get_closest_marker("django_db")
    return mark is not None and bool(mark.kwargs.get("transaction"))
