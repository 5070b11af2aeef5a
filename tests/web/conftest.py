"""The site that the tests of the web side ask."""

from collections.abc import AsyncIterator, Callable

import pytest

from tests.support.site import Site


@pytest.fixture
async def start_site() -> AsyncIterator[Callable[..., Site]]:
    """A function that serves a Site with the given options; all are closed after the test."""
    sites: list[Site] = []

    def start(**options: object) -> Site:
        sites.append(Site(**options))  # type: ignore[arg-type]  # Site's own options, passed through
        return sites[-1]

    yield start
    for site in sites:
        await site.close()


@pytest.fixture
async def site(start_site: Callable[..., Site]) -> Site:
    """A site with the default limits."""
    return start_site()
