"""The REST interface described for programs: OpenAPI 3.1, served at /api/v1/openapi.json; a test holds it against the routes.

What is a path here is a line of PATHS; parts that several need stand in `components`.
"""

from collections.abc import Mapping

from mqtt_plot.web.base import BaseHandler

Schema = Mapping[str, object]

_NUMBER: Schema = {"type": "number"}
_INTEGER: Schema = {"type": "integer"}
_TEXT: Schema = {"type": "string"}
_FLAG: Schema = {"type": "boolean"}
_OBJECT: Schema = {"type": "object"}


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _maybe(kind: str) -> Schema:
    return {"type": [kind, "null"]}


def _object(*required: str, **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required)}


def _words(least: int) -> Schema:
    """Return the schema of a text without control characters."""
    return {"type": "string", "pattern": rf"^[^\x00-\x1f\x7f-\x9f\s]{{{least},32}}$"}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _query(name: str, schema: Schema, meaning: str, *, required: bool = False) -> Schema:
    return {"name": name, "in": "query", "required": required, "schema": schema, "description": meaning}


def _json(meaning: str, schema: Schema) -> Schema:
    return {"description": meaning, "content": {"application/json": {"schema": schema}}}


def _plain(meaning: str, *types: str) -> Schema:
    return {"description": meaning, "content": {kind: {"schema": _TEXT} for kind in types}}


_ERRORS: Mapping[str, str] = {
    "400": "The request cannot be understood; the message says what was expected.",
    "401": "A login or a token is needed (--users-file).",
    "403": "The role does not allow it, the request comes from another site, or the Host is not ours.",
    "404": "There is no such thing.",
    "405": "The method does not exist here; `Allow` names those that do.",
    "413": "The body is larger than --max-payload, a file than --max-upload.",
    "429": "Too many at once.",
    "503": "Not now: a limit is reached, or the broker is away.",
}


def _operation(summary: str, answers: Mapping[str, Schema], *errors: str, **more: object) -> Schema:
    """Return one operation; the errors that every route may answer need not be named."""
    refused = {status: {"$ref": f"#/components/responses/{status}"} for status in ("401", "403", "413", *errors)}
    return {"summary": summary, "responses": {**answers, **refused}, **more}


# What tags.py allows but for the limit in bytes, which patterns cannot count.
_TAG_NAME: Schema = {
    "type": "string",
    "pattern": r"^(?=.*\S)[^\x00-\x1f\x7f-\x9f/]{1,64}(/[^\x00-\x1f\x7f-\x9f/]{0,8}){0,3}$",
}
_TAG = _query("tag", _TAG_NAME, "A tag's name.", required=True)
_ID: Schema = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}
# Names of files: more characters than these will do, but which ones, no pattern can tell.
_NAME: Schema = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": r"^[0-9A-Za-zÀ-ÿ][0-9A-Za-zÀ-ÿ_.-]{0,29}$"},
    "description": "A dashboard's name.",
}
_FILE: Schema = {"type": "string", "pattern": r"^[0-9A-Za-z][0-9A-Za-z_-]{0,29}\.csv$"}
_STAMP: Schema = {"type": "number", "minimum": 0, "maximum": 4e9}
_TIME: Schema = {
    "anyOf": [_STAMP, {"type": "string", "format": "date-time"}],
    "description": "POSIX seconds, ms, µs or ns by size, or ISO 8601",
}
_BODY: Schema = {
    "required": True,
    "content": {
        "application/json": {"schema": _ref("Samples")},
        **{
            kind: {"schema": _TEXT}
            for kind in ("text/csv", "text/plain", "application/senml+json", "application/vnd.influx.line-protocol")
        },
        "application/senml+cbor": {"schema": {"type": "string", "format": "binary"}},
    },
}
_FILE_BODY: Schema = {
    "required": True,
    "content": {
        "text/csv": {"schema": _TEXT},
        "multipart/form-data": {"schema": _object("file", file={"type": "string", "format": "binary"})},
    },
}
_META_BODY: Schema = {"required": True, "content": {"application/json": {"schema": _ref("Description")}}}
_REPLAY_BODY: Schema = {"required": True, "content": {"application/json": {"schema": _ref("Wish")}}}

_DASHBOARD_BODY: Schema = {"required": True, "content": {"application/json": {"schema": _ref("Dashboard")}}}

PATHS: Mapping[str, Mapping[str, Schema]] = {
    "/api/v1/samples": {
        "post": _operation(
            "Store one sample or a batch; the good ones of a mixed batch are kept.",
            {"200": _json("What became of it.", _ref("Receipt"))},
            "400",
            requestBody=_BODY,
        )
    },
    "/api/v1/upload": {
        "post": _operation(
            "Store a CSV file: each column a tag, or the columns time, tag, value a sample a row.",
            {"200": _json("What became of it.", _ref("Receipt"))},
            *("400", "503"),
            parameters=[
                _query("prefix", {"type": "string", "maxLength": 64}, "What goes before the names of all columns."),
                _query("start", _TIME, "The time of the first row; the others shift with it."),
            ],
            requestBody=_FILE_BODY,
        )
    },
    "/api/v1/tags": {
        "get": _operation("List all tags with their last values.", {"200": _json("All tags.", _array(_ref("Tag")))})
    },
    "/api/v1/series": {
        "get": _operation(
            "Read what is stored of a tag.",
            {
                "200": {
                    "description": "Points by time; a gap is null.",
                    "content": {"application/json": {"schema": _ref("Series")}, "text/csv": {"schema": _TEXT}},
                }
            },
            *("400", "404"),
            parameters=[
                _query("tag", _TAG_NAME, "A tag's name; with format=csv it may repeat.", required=True),
                _query("start", _TIME, "First time."),
                _query("end", _TIME, "Last time."),
                _query("points", {"type": "integer", "minimum": 2, "maximum": 100_000}, "Points at most, about."),
                _query("format", {"enum": ["json", "csv"]}, "How to write it."),
            ],
        ),
        "delete": _operation(
            "Forget a tag.", {"204": {"description": "It is forgotten."}}, "400", "404", parameters=[_TAG]
        ),
    },
    "/api/v1/status": {
        "get": _operation(
            "Tell the broker's state, the limits and every counter.", {"200": _json("All of it.", _OBJECT)}
        )
    },
    "/api/v1/openapi.json": {"get": _operation("This document.", {"200": _json("OpenAPI 3.1.", _OBJECT)})},
    "/api/v1/recordings": {
        "get": _operation(
            "List the files that can be replayed, or tell what one holds.",
            {"200": _json("The files, or the columns of one.", _OBJECT)},
            *("400", "404"),
            parameters=[_query("file", _FILE, "A file's name.")],
        )
    },
    "/api/v1/replays": {
        "get": _operation("List the replays.", {"200": _json("All replays.", _array(_OBJECT))}),
        "post": _operation(
            "Start a replay.",
            {"201": _json("The replay.", _OBJECT)},
            *("400", "404", "429", "503"),
            requestBody=_REPLAY_BODY,
        ),
    },
    "/api/v1/replays/{id}": {
        "get": _operation("Tell how far a replay is.", {"200": _json("The replay.", _OBJECT)}, "404", parameters=[_ID]),
        "delete": _operation(
            "Stop and forget a replay.", {"204": {"description": "It is forgotten."}}, "404", parameters=[_ID]
        ),
    },
    "/api/v1/replays/{id}/stop": {
        "post": _operation("Stop a replay.", {"200": _json("The replay.", _OBJECT)}, "404", parameters=[_ID])
    },
    "/api/v1/events": {
        "get": _operation(
            "Follow tags as an endless stream of server-sent events.",
            {"200": _plain("The stream.", "text/event-stream")},
            *("400", "404", "503"),
            parameters=[
                _query("tag", _array(_TEXT), "Tags to follow."),
                _query("replay", _TEXT, "A replay whose tags to follow, and whose end to tell."),
            ],
        )
    },
    "/api/v1/verdicts": {
        "get": _operation(
            "Tell what became of the last messages, and why.",
            {
                "200": _json(
                    "The verdicts, oldest first.",
                    _object("verdicts", "skipped", verdicts=_array(_OBJECT), skipped=_INTEGER),
                )
            },
            "400",
            parameters=[
                _query("topic", {"type": "string", "maxLength": 256}, "A pattern with * for the topic."),
                _query("since", {"type": "integer", "minimum": 0, "maximum": 10**15 - 1}, "Only later verdicts."),
            ],
        )
    },
    "/api/v1/meta": {
        "get": _operation(
            "Tell what is known of a tag.", {"200": _json("It.", _ref("Meta"))}, "400", "404", parameters=[_TAG]
        ),
        "put": _operation(
            "Describe a tag.",
            {"200": _json("What is known now.", _ref("Meta"))},
            *("400", "503"),
            parameters=[_TAG],
            requestBody=_META_BODY,
        ),
    },
    "/api/v1/dashboards": {
        "get": _operation(
            "List the dashboards.",
            {
                "200": _json(
                    "By name.",
                    _object("enabled", "dashboards", enabled=_FLAG, dashboards=_array(_ref("DashboardEntry"))),
                )
            },
            "503",
        )
    },
    "/api/v1/dashboards/{id}": {
        "get": _operation(
            "Read a dashboard.",
            {"200": _json("It.", _ref("Dashboard"))},
            *("400", "404", "503"),
            parameters=[_NAME],
        ),
        "put": _operation(
            "Save a dashboard, in place of one of that name.",
            {
                "200": _json("The old one is replaced.", _object("name", name=_TEXT)),
                "201": _json("It is new.", _object("name", name=_TEXT)),
            },
            *("400", "404", "503"),
            parameters=[_NAME],
            requestBody=_DASHBOARD_BODY,
        ),
        "delete": _operation(
            "Forget a dashboard.",
            {"204": {"description": "It is forgotten."}},
            *("400", "404", "503"),
            parameters=[_NAME],
        ),
    },
    "/-/healthy": {
        "get": _operation(
            "Tell whether the bridge lives.", {"200": _plain("It does.", "text/plain")}, "503", security=[]
        )
    },
    "/-/ready": {
        "get": _operation(
            "Tell whether data can come in.", {"200": _plain("It can.", "text/plain")}, "503", security=[]
        )
    },
    "/metrics": {
        "get": _operation(
            "Tell every figure to Prometheus.",
            {"200": _plain("All of them.", "text/plain", "application/openmetrics-text")},
        )
    },
}

_VALUE: Schema = {"type": "number", "minimum": -1e300, "maximum": 1e300}

_SCHEMAS: Mapping[str, Schema] = {
    "Error": _object("error", error=_object("code", "message", code=_TEXT, message=_TEXT)),
    "Sample": {
        **_object("tag", "value", tag=_TAG_NAME, unit=_words(0), ts=_TIME, value=_VALUE),
        "additionalProperties": False,
        "description": "One sample. docs/payloads.md has more forms, such as columns: arrays of equal length as `ts` and `value`.",
    },
    "Samples": {"anyOf": [_ref("Sample"), {**_array(_ref("Sample")), "minItems": 1}]},
    "Receipt": _object(
        *("accepted", "rejected"),
        accepted=_INTEGER,
        rejected=_array(_object("index", "reason", index=_INTEGER, reason=_TEXT)),
    ),
    "Tag": _object(
        *("tag", "unit", "kind", "points", "first", "last", "value", "rate", "stale"),
        tag=_TEXT,
        unit=_maybe("string"),
        kind={"enum": ["number", "boolean", "state"]},
        points=_INTEGER,
        first=_maybe("number"),
        last=_maybe("number"),
        value=_maybe("number"),
        rate=_NUMBER,
        stale=_FLAG,
    ),
    "Series": _object(
        *("tag", "unit", "time", "value", "decimated"),
        tag=_TEXT,
        unit=_maybe("string"),
        kind={"enum": ["number", "boolean", "state"]},
        time=_array(_NUMBER),
        value=_array(_maybe("number")),
        decimated=_FLAG,
    ),
    "Description": _object(label=_words(1), lo=_VALUE, hi=_VALUE, lolo=_VALUE, hihi=_VALUE),
    "Wish": {
        **_object("file", file=_FILE),
        "additionalProperties": False,
    },
    "Dashboard": {
        **_object("mqtt_plot_dashboard", mqtt_plot_dashboard={"const": 1}),
        "description": "docs/page.md tells what the page writes beside it.",
    },
    "DashboardEntry": _object("name", "bytes", "modified", name=_TEXT, bytes=_INTEGER, modified=_NUMBER),
    "Meta": _object("tag", "meta", tag=_TEXT, meta=_OBJECT),
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
            "schemas": _SCHEMAS,
            "responses": {status: _json(meaning, _ref("Error")) for status, meaning in _ERRORS.items()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


class OpenApiHandler(BaseHandler):
    """GET: this description."""

    def get(self) -> None:
        self.write_json(document(self.bridge.version, self.bridge.base_path))
