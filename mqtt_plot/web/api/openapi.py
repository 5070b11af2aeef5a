"""The REST interface described for programs: openapi.json beside this module (OpenAPI 3.1); a test holds it against the routes."""

import json
from typing import Any

from mqtt_plot.web.base import BaseHandler
from mqtt_plot.web.packaged import packaged

FILE = packaged("web/api/openapi.json")


def document(version: str, base_path: str) -> dict[str, Any]:
    """Return the description, of a bridge of `version` below `base_path`."""
    described: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    described["info"]["version"] = version
    described["servers"] = [{"url": base_path or "/"}]
    return described


class OpenApiHandler(BaseHandler):
    """GET: this description."""

    def get(self) -> None:
        self.write_json(document(self.services.version, self.services.base_path))
