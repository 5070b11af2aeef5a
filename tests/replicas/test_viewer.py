"""Which tags a viewer replica subscribes to."""

from hypothesis import given
from hypothesis import strategies as st

from mqtt_plot.replicas.viewer import Change, Demand


def test_a_followed_tag_comes_once() -> None:
    """Asking again changes nothing."""
    demand = Demand(10, linger=5)
    assert demand.update(["a", "b", "a"], 0) == Change(["a", "b"], [], 0)
    assert demand.update(["b", "a"], 1) == Change([], [], 0)


def test_a_tag_nobody_follows_stays_for_a_while() -> None:
    """Whoever comes back within that time finds it still there."""
    demand = Demand(10, linger=5)
    demand.update(["a"], 0)
    assert demand.update([], 1) == Change([], [], 0)
    assert demand.update(["a"], 5.9) == Change([], [], 0)
    assert demand.update([], 6) == Change([], [], 0)
    assert demand.update([], 11) == Change([], ["a"], 0)


def test_at_the_limit_the_longest_left_make_room() -> None:
    """Before their time."""
    demand = Demand(2, linger=100)
    demand.update(["a"], 0)
    demand.update(["b"], 1)
    assert demand.update(["c"], 2) == Change(["c"], ["a"], 0)


def test_beyond_the_limit_wishes_are_refused() -> None:
    """What is followed already stays."""
    demand = Demand(2, linger=0)
    demand.update(["a", "b"], 0)
    assert demand.update(["a", "b", "c"], 1) == Change([], [], 1)
    assert demand.update(["b", "c"], 2) == Change(["c"], ["a"], 0)


@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=6), max_size=20))
def test_the_changes_add_up_to_what_is_held(rounds: list[list[str]]) -> None:
    """Come less gone is the subscription, never above the limit, and it has all that is followed unless some were refused."""
    demand = Demand(3, linger=2)
    held: set[str] = set()
    for now, followed in enumerate(rounds):
        change = demand.update(followed, now)
        assert not held & set(change.come)
        held = (held | set(change.come)) - set(change.gone)
        assert len(held) == len(demand) <= 3
        assert len(set(followed) - held) == change.refused
