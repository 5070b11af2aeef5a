"""What a state file or another bridge says of a tag."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt_plot.errors import PayloadError
from mqtt_plot.store.facts import Facts, checked_times, checked_values

HUGE = 10**400
GOOD = {
    "tag": "a",
    "unit": "°C",
    "kind": "state",
    "states": ["RUN"],
    "meta": {"hi": 80.0, "label": "x"},
    "arrival": 1.7e9,
}


def test_what_a_bridge_writes_is_taken() -> None:
    """All of it; what is not said is not known."""
    facts = Facts.checked(GOOD)
    assert facts[:6] == ("a", "°C", "state", ["RUN"], {"hi": 80.0, "label": "x"}, 1.7e9)
    assert math.isnan(facts.interval)
    assert Facts.checked({"tag": "a"})[1:5] == ("", "", [], {})


@pytest.mark.parametrize(
    "wrong",
    [
        {"tag": "\ud800"},
        {"tag": None},
        {"unit": "u" * 1_000_000},
        {"unit": "\ud800"},
        {"unit": 5},
        {"kind": "matrix"},
        {"states": [str(n) for n in range(100_000)]},
        {"states": ["\udcff"]},
        {"states": ["w" * 1000]},
        {"states": {"a": 1}},
        {"meta": {"label": "\ud800"}},
        {"meta": {"hi": HUGE}},
        {"meta": {"a": [[[[[[1]]]]]]}},
        {"meta": {str(n): n for n in range(1000)}},
        {"meta": [1]},
        {"arrival": HUGE},
        {"arrival": math.inf},
        {"interval": "soon"},
        {"interval": True},
    ],
    ids=lambda wrong: str(wrong)[:40],
)
def test_what_no_bridge_writes_is_refused(wrong: dict[str, object]) -> None:
    """It would end the filling, or the next answer that holds it."""
    with pytest.raises(PayloadError):
        Facts.checked({**GOOD, **wrong})


@pytest.mark.parametrize("numbers", [None, "12", [HUGE], ["1"], [[1]]])
def test_columns_that_are_none(numbers: object) -> None:
    """Numbers, or null for a gap; times have no gaps and a date."""
    with pytest.raises(PayloadError):
        checked_values(numbers)
    for times in ([None], [1e300], [math.nan]):
        with pytest.raises(PayloadError):
            checked_times(times)
    assert list(checked_times([1, 2.5])) == [1.0, 2.5]


anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.just(HUGE)
    | st.floats()
    | st.text(st.characters(codec=None), max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
)


@given(st.fixed_dictionaries({"tag": st.just("a")}, optional={name: anything for name in GOOD if name != "tag"}))
def test_whatever_is_taken_can_be_sent_to_a_browser(fields: dict[str, object]) -> None:
    """As strict JSON in UTF-8; all else is refused with words."""
    try:
        facts = Facts.checked(fields)
    except PayloadError:
        return
    told = [facts.tag, facts.unit, facts.kind, facts.states, facts.meta]
    assert json.loads(json.dumps(told, ensure_ascii=False, allow_nan=False).encode()) == json.loads(json.dumps(told))
