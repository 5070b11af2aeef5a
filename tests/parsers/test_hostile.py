"""Whatever comes in, a sample or PayloadError comes out: property tests over every parser, and mutations of real payloads."""

import json
import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fuzz_parsers import PIECES, mutated
from mqtt_plot.errors import PayloadError
from mqtt_plot.parsers import cbor
from mqtt_plot.parsers.formats import FORMATS, Rules, parse
from mqtt_plot.parsers.sparkplug import Nodes
from mqtt_plot.parsers.sparkplug_payload import decode
from mqtt_plot.samples import Columns, Parsed, TwoState
from mqtt_plot.tags import check_tag
from tests.support.payloads import RECORDED, SEEDS

NOW = 1_700_000_000.0
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=6)
    | st.dictionaries(
        st.sampled_from(["value", "ts", "t", "tag", "unit", "n", "bn", "v", "Payload", "Messages", "Value"]) | st.text(max_size=8),
        inner,
        max_size=6,
    ),
    max_leaves=30,
)  # fmt: skip


def check(parsed: Parsed) -> None:
    """Hold a result to what ingest relies on."""
    for sample in parsed.samples:
        if sample.field is not None:
            check_tag(sample.field)
        if isinstance(sample, Columns):
            assert all(map(math.isfinite, sample.times or ()))
            continue
        assert isinstance(sample.value, float | bool | TwoState | str)
        assert isinstance(sample.value, str) or math.isnan(sample.value) or math.isfinite(sample.value)
        assert sample.time is None or math.isfinite(sample.time)
    for refused in parsed.rejected:
        assert refused.reason.startswith("expected ")


def survives(payload: bytes, rules: Rules, hint: str = "") -> None:
    """Parse; anything but PayloadError fails the test."""
    try:
        check(parse(payload, rules, NOW, hint))
    except PayloadError as error:
        assert str(error).startswith("expected ")  # noqa: PT017 - its words are part of the contract


@given(st.binary(max_size=200), st.sampled_from(["", *FORMATS]), st.booleans())
def test_any_bytes(payload: bytes, hint: str, is_strict: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
    """No bytes, with or without a hint, get past the one error."""
    survives(payload, Rules(is_strict=is_strict), hint)


@given(st.text(max_size=60), st.booleans())
def test_any_text(text: str, is_strict: bool) -> None:  # noqa: FBT001 - drawn by Hypothesis
    """No text gets past the one error."""
    survives(text.encode("utf-8", "surrogatepass"), Rules(is_strict=is_strict))


@given(st.from_regex(r"[TLDWI]*#?-?[0-9,._]{1,8}(s|ms|h|#[0-9A-F]{1,4})?\Z"))
def test_almost_literals(text: str) -> None:
    """Texts that nearly are literals of a controller are values, words or refused."""
    survives(text.encode(), Rules())


@given(JSON)
@settings(max_examples=300)
def test_any_json(decoded: object) -> None:
    """No JSON, of whatever shape, gets past the one error."""
    survives(json.dumps(decoded).encode(), Rules(max_leaves=20))


@given(st.binary(max_size=100))
def test_any_cbor(data: bytes) -> None:
    """The decoder reads or refuses."""
    try:
        cbor.loads(b"\x9f" + data)
    except PayloadError as error:
        assert error.code in {"not_cbor", "too_deep", "batch_too_large"}  # noqa: PT017 - any of these is right


@given(st.binary(max_size=100))
def test_any_protobuf(data: bytes) -> None:
    """The reader reads or refuses."""
    try:
        decode(data)
    except PayloadError as error:
        assert error.code in {"not_sparkplug", "batch_too_large"}  # noqa: PT017 - any of these is right


@pytest.mark.parametrize("seed", range(8))
def test_mutations_of_real_payloads(seed: int) -> None:
    """A thousand each of damaged real payloads; benchmarks/fuzz_parsers.py runs a million."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    seeds = [item.payload for item in RECORDED.values()] + list(SEEDS)
    pieces = [*PIECES, *seeds]
    nodes = Nodes()
    for _ in range(1_000):
        payload = mutated(chance.choice(seeds), chance, pieces)
        survives(payload, Rules(is_strict=seed % 2 == 1), chance.choice(["", "", *FORMATS]))
        try:
            check(nodes.parse("spBv1.0/g/NBIRTH/n", payload, Rules(), NOW))
        except PayloadError as error:
            assert str(error).startswith("expected ")  # noqa: PT017 - its words are part of the contract
