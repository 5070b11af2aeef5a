"""The parts of which the description of the REST interface is made (OpenAPI 3.1): shapes of JSON, parameters, bodies, answers."""

from collections.abc import Mapping

Schema = Mapping[str, object]

NUMBER: Schema = {"type": "number"}
INTEGER: Schema = {"type": "integer"}
TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
OBJECT: Schema = {"type": "object"}


def array_of(items: Schema) -> Schema:
    """Return a list."""
    return {"type": "array", "items": items}


def or_null(kind: str) -> Schema:
    """Return a kind of value that may be null."""
    return {"type": [kind, "null"]}


def object_of(*required: str, **properties: Schema) -> Schema:
    """Return an object, of whose properties some are required."""
    return {"type": "object", "properties": properties, "required": list(required)}


def words(least: int) -> Schema:
    """Return the schema of a text without control characters."""
    return {"type": "string", "pattern": rf"^[^\x00-\x1f\x7f-\x9f\s]{{{least},32}}$"}


def ref_to(name: str) -> Schema:
    """Return a schema of SCHEMAS."""
    return {"$ref": f"#/components/schemas/{name}"}


def in_query(name: str, schema: Schema, meaning: str, *, required: bool = False) -> Schema:
    """Return a parameter of the query."""
    return {"name": name, "in": "query", "required": required, "schema": schema, "description": meaning}


def as_json(meaning: str, schema: Schema) -> Schema:
    """Return an answer in JSON."""
    return {"description": meaning, "content": {"application/json": {"schema": schema}}}


def as_text(meaning: str, *types: str) -> Schema:
    """Return an answer in one of several kinds of text."""
    return {"description": meaning, "content": {kind: {"schema": TEXT} for kind in types}}


ERRORS: Mapping[str, str] = {
    "400": "The request cannot be understood; the message says what was expected.",
    "401": "A login or a token is needed (--users-file).",
    "403": "The role does not allow it, the request comes from another site, or the Host is not ours.",
    "404": "There is no such thing.",
    "405": "The method does not exist here; `Allow` names those that do.",
    "413": "The body is larger than --max-payload, a file than --max-upload.",
    "429": "Too many at once.",
    "503": "Not now: a limit is reached, or the broker is away.",
}


def operation(summary: str, answers: Mapping[str, Schema], *errors: str, **more: object) -> Schema:
    """Return one operation; the errors that every route may answer need not be named."""
    refused = {status: {"$ref": f"#/components/responses/{status}"} for status in ("401", "403", "413", *errors)}
    return {"summary": summary, "responses": {**answers, **refused}, **more}


# What tags.py allows but for the limit in bytes, which patterns cannot count.
TAG_NAME: Schema = {
    "type": "string",
    "pattern": r"^(?=.*\S)[^\x00-\x1f\x7f-\x9f/]{1,64}(/[^\x00-\x1f\x7f-\x9f/]{0,8}){0,3}$",
}
TAG = in_query("tag", TAG_NAME, "A tag's name.", required=True)
ID: Schema = {"name": "id", "in": "path", "required": True, "schema": {"type": "integer", "minimum": 0}}
# Names of files: more characters than these will do, but which ones, no pattern can tell.
NAME: Schema = {
    "name": "id",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "pattern": r"^[0-9A-Za-zÀ-ÿ][0-9A-Za-zÀ-ÿ_.-]{0,29}$"},
    "description": "A dashboard's name.",
}
FILE: Schema = {"type": "string", "pattern": r"^[0-9A-Za-z][0-9A-Za-z_-]{0,29}\.csv$"}
STAMP: Schema = {"type": "number", "minimum": 0, "maximum": 4e9}
TIME: Schema = {
    "anyOf": [STAMP, {"type": "string", "format": "date-time"}],
    "description": "POSIX seconds, ms, µs or ns by size, or ISO 8601",
}
BODY: Schema = {
    "required": True,
    "content": {
        "application/json": {"schema": ref_to("Samples")},
        **{
            kind: {"schema": TEXT}
            for kind in ("text/csv", "text/plain", "application/senml+json", "application/vnd.influx.line-protocol")
        },
        "application/senml+cbor": {"schema": {"type": "string", "format": "binary"}},
    },
}
FILE_BODY: Schema = {
    "required": True,
    "content": {
        "text/csv": {"schema": TEXT},
        "multipart/form-data": {"schema": object_of("file", file={"type": "string", "format": "binary"})},
    },
}
META_BODY: Schema = {"required": True, "content": {"application/json": {"schema": ref_to("Description")}}}
LIMITS_BODY: Schema = {"required": True, "content": {"application/json": {"schema": ref_to("LimitsSet")}}}
REPLAY_BODY: Schema = {"required": True, "content": {"application/json": {"schema": ref_to("ReplayRequest")}}}

DASHBOARD_BODY: Schema = {"required": True, "content": {"application/json": {"schema": ref_to("Dashboard")}}}

VALUE: Schema = {"type": "number", "minimum": -1e300, "maximum": 1e300}

DELAY: Schema = {"type": "number", "minimum": 0, "maximum": 86_400}

SCHEMAS: Mapping[str, Schema] = {
    "Error": object_of("error", error=object_of("code", "message", code=TEXT, message=TEXT)),
    "Sample": {
        **object_of("tag", "value", tag=TAG_NAME, unit=words(0), ts=TIME, value=VALUE),
        "additionalProperties": False,
        "description": "One sample. docs/payloads.md has more forms, such as columns: arrays of equal length as `ts` and `value`.",
    },
    "Samples": {"anyOf": [ref_to("Sample"), {**array_of(ref_to("Sample")), "minItems": 1}]},
    "Receipt": object_of(
        *("accepted", "rejected"),
        accepted=INTEGER,
        rejected=array_of(object_of("index", "reason", index=INTEGER, reason=TEXT)),
    ),
    "Tag": object_of(
        *("tag", "unit", "kind", "points", "first", "last", "value", "rate", "stale"),
        tag=TEXT,
        unit=or_null("string"),
        kind={"enum": ["number", "boolean", "state"]},
        points=INTEGER,
        first=or_null("number"),
        last=or_null("number"),
        value=or_null("number"),
        rate=NUMBER,
        stale=FLAG,
    ),
    "Series": object_of(
        *("tag", "unit", "time", "value", "decimated"),
        tag=TEXT,
        unit=or_null("string"),
        kind={"enum": ["number", "boolean", "state"]},
        time=array_of(NUMBER),
        value=array_of(or_null("number")),
        decimated=FLAG,
    ),
    "Description": object_of(label=words(1), lo=VALUE, hi=VALUE, lolo=VALUE, hihi=VALUE),
    "Event": object_of(
        *("id", "tag", "kind", "begin", "end", "value", "limit", "text"),
        id=INTEGER,
        tag=TEXT,
        kind=TEXT,
        begin=NUMBER,
        end=or_null("number"),
        value=or_null("number"),
        limit=or_null("number"),
        text=TEXT,
    ),
    "LimitsSet": {
        **object_of(
            hi=VALUE,
            hihi=VALUE,
            deadband={"type": "number", "minimum": 0, "maximum": 1e300},
            on_delay=DELAY,
            off_delay=DELAY,
        ),
        "additionalProperties": False,
        "description": "Also lo, lolo and alarm_states, a list of names; null for any of them.",
    },
    "Limits": object_of("tag", "limits", "set", "device", tag=TEXT, limits=OBJECT, set=OBJECT, device=OBJECT),
    "ReplayRequest": {
        **object_of("file", file=FILE),
        "additionalProperties": False,
    },
    "Dashboard": {
        **object_of("mqtt_plot_dashboard", mqtt_plot_dashboard={"const": 1}),
        "description": "docs/page.md tells what the page writes beside it.",
    },
    "DashboardEntry": object_of("name", "bytes", "modified", name=TEXT, bytes=INTEGER, modified=NUMBER),
    "Meta": object_of("tag", "meta", tag=TEXT, meta=OBJECT),
}
