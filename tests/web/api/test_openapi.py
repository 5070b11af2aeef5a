"""The description of the REST interface, held against the routes."""

import json
import re
from typing import Any

from tornado.routing import PathMatches
from tornado.web import RequestHandler

from mqtt_plot.ingest.events import KINDS
from mqtt_plot.web.api.openapi import document
from mqtt_plot.web.base import BaseHandler, allowed_methods
from mqtt_plot.web.routes import make_app
from tests.support.site import Site, decoded

DESCRIPTION: dict[str, Any] = document("0.0", "")
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
    described = {path: {method.upper() for method in methods} for path, methods in DESCRIPTION["paths"].items()}
    there = {
        path: set(allowed_methods(handler)) - {"HEAD"}
        for path, handler in routes(site).items()
        if path not in ELSEWHERE
    }
    assert described == there


async def test_every_parameter_is_described_and_no_other(site: Site) -> None:
    """What a route knows behind the question mark is what the description says; anything else gets 400."""
    parts = DESCRIPTION["components"]["parameters"]
    for path, handler in routes(site).items():
        if path in ELSEWHERE or not issubclass(handler, BaseHandler):
            continue
        given = [one for method in DESCRIPTION["paths"][path].values() for one in method.get("parameters", [])]
        given = [parts[one["$ref"].rpartition("/")[2]] if "$ref" in one else one for one in given]
        assert {one["name"] for one in given if one["in"] == "query"} == set(handler.queries or ()), path


async def test_the_description_is_served(site: Site) -> None:
    """As strict JSON, with the version of the bridge and the path below which it lies."""
    assert decoded(await site.get("/api/v1/openapi.json")) == DESCRIPTION
    assert (DESCRIPTION["info"]["version"], DESCRIPTION["servers"]) == ("0.0", [{"url": "/"}])
    assert document("1.0", "/plots")["servers"] == [{"url": "/plots"}]


def test_every_reference_leads_somewhere_and_every_part_is_used() -> None:
    """No name without its part, no part without its use."""
    used = set(re.findall(r'"#/components/(\w+)/(\w+)"', json.dumps(DESCRIPTION)))
    there = {
        (kind, name) for kind, parts in DESCRIPTION["components"].items() if kind != "securitySchemes" for name in parts
    }
    assert there == used


def test_the_kinds_of_events_are_those_there_are() -> None:
    """A kind that is added is added here too."""
    parameters = DESCRIPTION["paths"]["/api/v1/events/log"]["get"]["parameters"]
    (kind,) = (parameter for parameter in parameters if parameter["name"] == "kind")
    assert kind["schema"]["items"]["enum"] == list(KINDS)
