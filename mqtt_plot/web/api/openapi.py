"""The REST interface described for programs: OpenAPI 3.1, served at /api/v1/openapi.json; a test holds it against the routes.

What is a path here is a line of PATHS; parts that several need stand in `components`.
"""

from collections.abc import Mapping

from mqtt_plot.ingest.events import KINDS
from mqtt_plot.web.api.schemas import (
    BODY,
    DASHBOARD_BODY,
    ERRORS,
    FILE,
    FILE_BODY,
    FLAG,
    ID,
    INTEGER,
    LIMITS_BODY,
    META_BODY,
    NAME,
    OBJECT,
    REPLAY_BODY,
    SCHEMAS,
    TAG,
    TAG_NAME,
    TEXT,
    TIME,
    Schema,
    array_of,
    as_json,
    as_text,
    in_query,
    object_of,
    operation,
    ref_to,
)
from mqtt_plot.web.base import BaseHandler

PATHS: Mapping[str, Mapping[str, Schema]] = {
    "/api/v1/samples": {
        "post": operation(
            "Store one sample or a batch; the good ones of a mixed batch are kept.",
            {"200": as_json("What became of it.", ref_to("Receipt"))},
            "400",
            requestBody=BODY,
        )
    },
    "/api/v1/upload": {
        "post": operation(
            "Store a CSV file: each column a tag, or the columns time, tag, value a sample a row.",
            {"200": as_json("What became of it.", ref_to("Receipt"))},
            *("400", "503"),
            parameters=[
                in_query("prefix", {"type": "string", "maxLength": 64}, "What goes before the names of all columns."),
                in_query("start", TIME, "The time of the first row; the others shift with it."),
            ],
            requestBody=FILE_BODY,
        )
    },
    "/api/v1/tags": {
        "get": operation(
            "List all tags with their last values.", {"200": as_json("All tags.", array_of(ref_to("Tag")))}
        )
    },
    "/api/v1/series": {
        "get": operation(
            "Read what is stored of a tag.",
            {
                "200": {
                    "description": "Points by time; a gap is null.",
                    "content": {"application/json": {"schema": ref_to("Series")}, "text/csv": {"schema": TEXT}},
                }
            },
            *("400", "404"),
            parameters=[
                in_query("tag", TAG_NAME, "A tag's name; with format=csv it may repeat.", required=True),
                in_query("start", TIME, "First time."),
                in_query("end", TIME, "Last time."),
                in_query("points", {"type": "integer", "minimum": 2, "maximum": 100_000}, "Points at most, about."),
                in_query("format", {"enum": ["json", "csv"]}, "How to write it."),
            ],
        ),
        "delete": operation(
            "Forget a tag.", {"204": {"description": "It is forgotten."}}, "400", "404", parameters=[TAG]
        ),
    },
    "/api/v1/status": {
        "get": operation(
            "Tell the broker's state, the limits and every counter.", {"200": as_json("All of it.", OBJECT)}
        )
    },
    "/api/v1/openapi.json": {"get": operation("This document.", {"200": as_json("OpenAPI 3.1.", OBJECT)})},
    "/api/v1/recordings": {
        "get": operation(
            "List the files that can be replayed, or tell what one holds.",
            {"200": as_json("The files, or the columns of one.", OBJECT)},
            *("400", "404"),
            parameters=[in_query("file", FILE, "A file's name.")],
        )
    },
    "/api/v1/replays": {
        "get": operation("List the replays.", {"200": as_json("All replays.", array_of(OBJECT))}),
        "post": operation(
            "Start a replay.",
            {"201": as_json("The replay.", OBJECT)},
            *("400", "404", "429", "503"),
            requestBody=REPLAY_BODY,
        ),
    },
    "/api/v1/replays/{id}": {
        "get": operation("Tell how far a replay is.", {"200": as_json("The replay.", OBJECT)}, "404", parameters=[ID]),
        "delete": operation(
            "Stop and forget a replay.", {"204": {"description": "It is forgotten."}}, "404", parameters=[ID]
        ),
    },
    "/api/v1/replays/{id}/stop": {
        "post": operation("Stop a replay.", {"200": as_json("The replay.", OBJECT)}, "404", parameters=[ID])
    },
    "/api/v1/events": {
        "get": operation(
            "Follow tags as an endless stream of server-sent events.",
            {"200": as_text("The stream.", "text/event-stream")},
            *("400", "404", "503"),
            parameters=[
                in_query("tag", array_of(TEXT), "Tags to follow."),
                in_query("replay", TEXT, "A replay whose tags to follow, and whose end to tell."),
            ],
        )
    },
    "/api/v1/events/log": {
        "get": operation(
            "Tell what happened to the tags: limits, silence, floods, states, clocks (docs/events.md).",
            {
                "200": as_json(
                    "The events, oldest first.",
                    object_of(
                        "events", "dropped", "counts", events=array_of(ref_to("Event")), dropped=INTEGER, counts=OBJECT
                    ),
                )
            },
            "400",
            parameters=[
                in_query("tag", {"type": "string", "maxLength": 256}, "A pattern with * for the tag."),
                in_query("kind", array_of({"enum": list(KINDS)}), "Only events of these kinds."),
                in_query("start", TIME, "Only events that had not ended then."),
                in_query("end", TIME, "Only events that had begun then."),
                in_query("open", FLAG, "Only events that last, or only those that have ended."),
                in_query("limit", {"type": "integer", "minimum": 1, "maximum": 100_000}, "The newest so many."),
            ],
        )
    },
    "/api/v1/limits": {
        "get": operation(
            "Tell the limits of a tag: those that count, those set here, those of the device.",
            {"200": as_json("They.", ref_to("Limits"))},
            "400",
            parameters=[TAG],
        ),
        "put": operation(
            "Set limits of a tag in place of the device's; null takes one away.",
            {"200": as_json("What counts now.", ref_to("Limits"))},
            *("400", "503"),
            parameters=[TAG],
            requestBody=LIMITS_BODY,
        ),
        "delete": operation(
            "Give the limits of a tag back to the device.",
            {"204": {"description": "They are its own again."}},
            "400",
            parameters=[TAG],
        ),
    },
    "/api/v1/verdicts": {
        "get": operation(
            "Tell what became of the last messages, and why.",
            {
                "200": as_json(
                    "The verdicts, oldest first.",
                    object_of("verdicts", "skipped", verdicts=array_of(OBJECT), skipped=INTEGER),
                )
            },
            "400",
            parameters=[
                in_query("topic", {"type": "string", "maxLength": 256}, "A pattern with * for the topic."),
                in_query("since", {"type": "integer", "minimum": 0, "maximum": 10**15 - 1}, "Only later verdicts."),
            ],
        )
    },
    "/api/v1/meta": {
        "get": operation(
            "Tell what is known of a tag.", {"200": as_json("It.", ref_to("Meta"))}, "400", "404", parameters=[TAG]
        ),
        "put": operation(
            "Describe a tag.",
            {"200": as_json("What is known now.", ref_to("Meta"))},
            *("400", "503"),
            parameters=[TAG],
            requestBody=META_BODY,
        ),
    },
    "/api/v1/dashboards": {
        "get": operation(
            "List the dashboards.",
            {
                "200": as_json(
                    "By name.",
                    object_of("enabled", "dashboards", enabled=FLAG, dashboards=array_of(ref_to("DashboardEntry"))),
                )
            },
            "503",
        )
    },
    "/api/v1/dashboards/{id}": {
        "get": operation(
            "Read a dashboard.",
            {"200": as_json("It.", ref_to("Dashboard"))},
            *("400", "404", "503"),
            parameters=[NAME],
        ),
        "put": operation(
            "Save a dashboard, in place of one of that name.",
            {
                "200": as_json("The old one is replaced.", object_of("name", name=TEXT)),
                "201": as_json("It is new.", object_of("name", name=TEXT)),
            },
            *("400", "404", "503"),
            parameters=[NAME],
            requestBody=DASHBOARD_BODY,
        ),
        "delete": operation(
            "Forget a dashboard.",
            {"204": {"description": "It is forgotten."}},
            *("400", "404", "503"),
            parameters=[NAME],
        ),
    },
    "/-/healthy": {
        "get": operation(
            "Tell whether the bridge lives.", {"200": as_text("It does.", "text/plain")}, "503", security=[]
        )
    },
    "/-/ready": {
        "get": operation(
            "Tell whether data can come in.", {"200": as_text("It can.", "text/plain")}, "503", security=[]
        )
    },
    "/metrics": {
        "get": operation(
            "Tell every figure to Prometheus.",
            {"200": as_text("All of them.", "text/plain")},
        )
    },
}


def document(version: str, base_path: str) -> dict[str, object]:
    """Return the whole description of a bridge of `version` below `base_path`."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "mqtt_plot", "version": version, "license": {"name": "MIT", "identifier": "MIT"}},
        "servers": [{"url": base_path or "/"}],
        "security": [{}, {"token": []}],
        "paths": PATHS,
        "components": {
            "schemas": SCHEMAS,
            "responses": {status: as_json(meaning, ref_to("Error")) for status, meaning in ERRORS.items()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


class OpenApiHandler(BaseHandler):
    """GET: this description."""

    def get(self) -> None:
        self.write_json(document(self.services.version, self.services.base_path))
