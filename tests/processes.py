"""Which process of the test run takes which tests: a module stays together, and what starts servers is begun first.

What a module or a run sets up (a database, the demonstration, a browser) costs seconds to minutes, in each process that
has a test of it. The mark ``xdist_group`` joins modules that share a server.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

# The longest of all: begun first, or the others wait for it at the end.
_LONGEST = "postgresql"


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    # Before the yield: after pytest-randomly has shuffled, before pytest-xdist reads the marks and renames the tests.
    turn = {}
    for item in items:
        shared = {mark.args[0] for mark in item.iter_markers("xdist_group")}
        turn[id(item)] = 0 if _LONGEST in shared else 1 if shared else 2
        if not shared:
            item.add_marker(pytest.mark.xdist_group(item.path.relative_to(config.rootpath).as_posix()))
    yield
    items.sort(key=lambda item: turn[id(item)])
