"""Messages that describe tags and carry no samples: `plot/<tag>/$meta`, `…/$unit`, and Home Assistant's discovery."""

from collections.abc import Callable
from pkgutil import resolve_name

from mqtt_plot.errors import PayloadError, StoreFullError
from mqtt_plot.parsers.home_assistant import Described, parse_discovery
from mqtt_plot.parsers.strict_json import loads
from mqtt_plot.parsers.tag_metadata import (
    LIMIT_FIELDS,
    LINEAR_FIELDS,
    MAX_BYTES,
    SCALING_FIELDS,
    TOPIC_SUFFIX,
    UNIT_SUFFIX,
    Meta,
    check_meta,
    parse_meta,
    parse_settings,
)
from mqtt_plot.parsers.values import to_unit
from mqtt_plot.samples import series_tag
from mqtt_plot.store.series import Series
from mqtt_plot.tags import DISCOVERY, TopicMap, check_tag

META_FORMAT, DISCOVERY_FORMAT = "meta", "home assistant discovery"


class MetaBook:
    """Descriptions of tags, with samples or without yet; at most `limit` tags, further ones are refused."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._declared: dict[str, Meta] = {}
        self._suggested: dict[str, Meta] = {}
        self._set: dict[str, Meta] = {}  # here, by a person
        self._kept: dict[
            str, Meta
        ] = {}  # said before a restart of tags with such limits; counts until something is said anew
        self.revision = 0  # of what is set here

    def __len__(self) -> int:
        return len(self._declared) + len(self._suggested) + len(self._set)

    def declare(self, tag: str, meta: Meta) -> None:
        """Keep the device's own description; an empty one deletes it. Raises StoreFullError."""
        self._keep(self._declared, tag, meta)

    def suggest(self, tag: str, meta: Meta) -> None:
        """Keep the description that a third party gives. Raises StoreFullError."""
        self._keep(self._suggested, tag, meta)

    def add(self, tag: str, meta: Meta) -> None:
        """Keep what one more third party says: another one may know the name of a tag, or its unit. Raises StoreFullError."""
        self._keep(self._suggested, tag, {**self._suggested.get(tag, {}), **meta})

    def _keep(self, held: dict[str, Meta], tag: str, meta: Meta) -> None:
        if not meta:
            held.pop(tag, None)
            return
        if tag not in held and len(held) >= self._limit:
            raise StoreFullError(
                f"expected meta for at most {self._limit} tags (--max-tags), so that for {tag!r:.80} is refused; raise the limit"
            )
        held[tag] = meta

    def set_fields(self, tag: str, settings: Meta, among: frozenset[str]) -> None:
        """Keep what a person sets, in place of what was set before of the fields `among`.

        A null takes the device's own away, {} gives all back to it.

        Raises StoreFullError, and PayloadError for limits or a scaling that contradict each other or the device's.
        """
        others = {name: value for name, value in self.settings(tag).items() if name not in among}
        joined = {**others, **settings}
        check_meta(_joined(self.said(tag), joined))
        self._keep(self._set, tag, joined)
        self.revision += 1

    def settings(self, tag: str) -> Meta:
        """Return what a person has set."""
        return self._set.get(tag, {})

    def said(self, tag: str) -> dict[str, object]:
        """Return what the device and others say of `tag`, {} for nothing."""
        return {**self._suggested.get(tag, {}), **self._declared.get(tag, {})} or {**self._kept.get(tag, {})}

    def get(self, tag: str) -> dict[str, object]:
        """Return all that is known of `tag`, {} for nothing. Limits and scaling of a device that contradicts what is set here do not count."""
        said, settings = self.said(tag), self._set.get(tag)
        if not settings:
            return said
        joined = _joined(said, settings)
        try:
            check_meta(joined)
        except PayloadError:
            settable = LIMIT_FIELDS | SCALING_FIELDS | {"states"}
            return _joined({name: value for name, value in said.items() if name not in settable}, settings)
        return joined

    def dump(self) -> object:
        """Return what is set here, for JSON, and what the devices say of the same tags."""
        return {tag: {"set": settings, "said": self.said(tag)} for tag, settings in self._set.items()}

    def restore(self, kept: object) -> None:
        """Take in what `dump` returned. Raises KeyError, TypeError, ValueError or PayloadError for anything else."""
        if not isinstance(kept, dict):
            raise TypeError(f"expected an object, got {kept!r:.40}")
        for tag, item in kept.items():
            self._keep(self._set, check_tag(tag), parse_settings(item["set"], LIMIT_FIELDS | SCALING_FIELDS))
            self._keep(self._kept, tag, parse_meta(item["said"]))

    def has_unit(self, tag: str) -> bool:
        """Return True if the device itself, or a person, has declared the unit, so that no sample may set it."""
        return "unit" in self._declared.get(tag, {}) or "unit" in self._set.get(tag, {})


def _joined(said: Meta, settings: Meta) -> dict[str, object]:
    """Return what is said with what is set here in its place; a scaling takes that of the device's whole place."""
    if not LINEAR_FIELDS.isdisjoint(settings):
        said = {name: value for name, value in said.items() if name not in LINEAR_FIELDS}
    return {name: value for name, value in {**said, **settings}.items() if value is not None}


def apply(series: Series, meta: Meta) -> None:
    """Copy a description into its series; the caller then calls `Store.describe`."""
    rest = dict(meta)
    unit = rest.pop("unit", None)
    if isinstance(unit, str):
        series.unit = unit
    states = rest.pop("states", None)
    if isinstance(states, list):
        series.declare_states(states)
    series.meta = rest


class Metadata:
    """Reads descriptions into the book; calls `on_described` for each tag concerned."""

    def __init__(self, book: MetaBook, topics: TopicMap, on_described: Callable[[str], None]) -> None:
        self.book = book
        self._topics = topics
        self._on_described = on_described

    def declare(self, tag: str, payload: bytes) -> str:
        """Keep a device's description of its tag; an empty payload deletes it. Return the result, in words for the verdict.

        Raises PayloadError, or StoreFullError when the book is full.
        """
        self.describe(tag, self.read(payload))
        return "describes 1 tag"

    def describe(self, tag: str, meta: Meta) -> None:
        """Keep a device's description of its tag; an empty one deletes it. Raises StoreFullError."""
        self.book.declare(tag, meta)
        self._on_described(tag)

    def name_unit(self, tag: str, payload: bytes) -> str:
        """Keep a unit that has a topic of its own, a text or JSON; return the result, in words for the verdict. Raises as `declare`."""
        said = _decode(payload) if payload.lstrip()[:1] == b'"' else payload.decode(errors="replace").strip()
        unit = to_unit(said)
        if unit is None:
            return "names no unit"
        self.book.add(tag, {"unit": unit})
        self._on_described(tag)
        return "names the unit of 1 tag"

    @staticmethod
    def read(payload: bytes) -> Meta:
        """Return what a description says, {} for an empty one. Raises PayloadError."""
        return parse_meta(_decode(payload)) if payload.strip() else {}

    def set_fields(self, tag: str, payload: bytes, among: frozenset[str]) -> None:
        """Take what a person sets of the fields `among`. Raises as `MetaBook.set_fields`, and PayloadError for what is none of them."""
        self.book.set_fields(tag, parse_settings(_decode(payload), among), among)
        self._on_described(tag)

    def discover(self, _tag: str, payload: bytes) -> str:
        """Keep the descriptions in a message of Home Assistant's discovery; return the result, in words for the verdict.

        An empty payload removes the entity in Home Assistant; the description of its tag stays here. An entity without a state (a button)
        is no mistake, nor is one whose state comes on a topic that is not subscribed to. Raises as `declare`.
        """
        if not payload.strip():
            return "removes an entity; what is known of its tag stays"
        described = _described(_decode(payload))
        if not described:
            return "describes no tag: it has no 'state_topic', or a 'value_template' other than {{ value_json.x }}"
        return self._add(described)

    def add_said(self, tell: Callable[[object], list[Described]], payload: bytes) -> str:
        """Keep what a message of a device family tells of tags; return the result, in words for the verdict. Raises as `declare`.

        It may be of any size that is received: a bridge describes all its devices at once.
        """
        described = tell(_decode(payload, len(payload))) if payload.strip() else []
        return self._add(described) if described else "describes no tag: it names no units"

    def _add(self, described: list[Described]) -> str:
        bases = {topic: self._base(topic) for topic in {item.topic for item in described}}
        tags = set[str]()
        for item in described:
            base = bases[item.topic]
            if base is not None:
                tag = check_tag(series_tag(base, item.field))
                tags.add(tag)
                self.book.add(tag, item.meta)
                self._on_described(tag)
        if not tags:
            return f"describes no tag: {described[0].topic!r:.80} is not subscribed to"
        return f"describes {len(tags)} tag{'' if len(tags) == 1 else 's'}"

    def _base(self, topic: str) -> str | None:
        """Return the tag that a topic means, None where it has none."""
        base = self._topics.tag(topic) if self._topics.covers(topic) else DISCOVERY
        return None if base == DISCOVERY else base


def _described(decoded: object) -> list[Described]:
    if isinstance(decoded, dict) and isinstance(decoded.get("connections"), list):
        describe: Callable[[dict[str, object]], list[Described]] = resolve_name("mqtt_plot.parsers.databus:describe")
        return describe(decoded)
    return parse_discovery(decoded)


def _decode(payload: bytes, limit: int = MAX_BYTES) -> object:
    if len(payload) > limit:
        raise PayloadError("too_large", f"expected a description of at most {limit} bytes, got {len(payload)}")
    try:
        return loads(payload.decode())
    except UnicodeDecodeError as error:
        raise PayloadError("bad_utf8", f"expected UTF-8 text, got byte 0x{payload[error.start]:02x}") from None


def described_tag(tag: str) -> str | None:
    """Return the tag that messages on `tag` describe (`line1/temp` for `line1/temp/$meta`), or None if they are samples."""
    return tag.rpartition("/")[0] if tag.endswith((TOPIC_SUFFIX, UNIT_SUFFIX)) else None
