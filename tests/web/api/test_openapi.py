"""The description of the REST interface, held against the routes."""

import re

from tornado.routing import PathMatches
from tornado.web import RequestHandler

from mqtt_plot.web.api.openapi import PATHS, document
from mqtt_plot.web.base import allowed_methods
from mqtt_plot.web.routes import make_app
from tests.support.site import Site, decoded

# No REST: docs/protocol.md, and the page.
ELSEWHERE = {"/ws"}


def routes(site: Site) -> dict[str, type[RequestHandler]]:
    """Return the routes of the table, as paths of the description."""
    found = {}
    for rule in make_app(site.services).wildcard_router.rules:
        if isinstance(rule.matcher, PathMatches):
            pattern = rule.matcher.regex.pattern.removesuffix("$").replace("\\", "")
            path = re.sub(r"\((?:d|\[).*?\)", "{id}", pattern)
            if not path.startswith("/(?!"):
                found[path] = rule.target
    return found


async def test_every_route_is_described_and_no_other(site: Site) -> None:
    """A new route gets a line in the description, with each of its methods."""
    described = {path: {method.upper() for method in methods} for path, methods in PATHS.items()}
    there = {
        path: set(allowed_methods(handler)) - {"HEAD"}
        for path, handler in routes(site).items()
        if path not in ELSEWHERE
    }
    assert described == there


async def test_the_description_is_served(site: Site) -> None:
    """As strict JSON, with the version of the bridge."""
    served = decoded(await site.get("/api/v1/openapi.json"))
    assert served == document("0.0", "")
    assert served["info"]["version"] == "0.0"


async def test_every_reference_leads_somewhere(site: Site) -> None:
    """No name without its part."""
    text = (await site.get("/api/v1/openapi.json")).body.decode()
    components = document("", "")["components"]
    assert isinstance(components, dict)
    for kind, name in set(re.findall(r'"#/components/(\w+)/(\w+)"', text)):
        assert name in components[kind]
