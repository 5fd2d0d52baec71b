"""Fixtures of all tests live in named modules; this file only makes them known."""

pytest_plugins = (
    "tests.processes",
    "tests.postgresql",
    "tests.demo",
    "tests.migrated",
    "tests.elasticsearch",
    "tests.chromium",
    "tests.crawler",
    "tests.staff",
    "tests.site",
    "tests.tasks",
    "tests.shipped",
)
