"""The pauses between two attempts to connect."""

from mqtt_plot.mqtt.backoff import Backoff


def test_the_first_half_minute_is_eager() -> None:
    """A broker without sessions drops what comes meanwhile, so it is asked once a second at least; then every four seconds."""
    backoff = Backoff(0.0)
    now, pauses = 0.0, []
    while now < 60:
        pauses.append(backoff.pause(now))
        now += pauses[-1]
    assert pauses[:4] == [0.25, 0.5, 1.0, 1.0]
    assert (max(pauses[:31]), pauses[-1]) == (1.0, 4.0)


def test_a_connection_that_lasted_begins_a_new_outage() -> None:
    """Whatever was before, the next loss is met at once."""
    backoff = Backoff(0.0)
    for second in range(100):
        backoff.pause(float(second))
    backoff.connected(100.0)
    backoff.ended(200.0)
    assert [backoff.pause(200.0), backoff.pause(201.0), backoff.pause(203.0)] == [0.25, 0.5, 1.0]


def test_a_connection_that_ended_at_once_begins_none() -> None:
    """A broker that takes us and hangs up is no better than one that does not take us."""
    backoff = Backoff(0.0)
    pauses = []
    for second in range(4):
        backoff.connected(second)
        backoff.ended(second + 0.1)
        pauses.append(backoff.pause(second + 0.1))
    assert (pauses, backoff.short_lives) == ([0.25, 0.5, 1.0, 1.0], 4)


def test_two_rivals_leave_each_other_alone_for_longer_and_longer() -> None:
    """Each connection stands as long as the other waits, so that it stood says nothing."""
    one, other = Backoff(0.0), Backoff(0.0)
    now, pauses = 0.0, []
    one.connected(now)
    for _ in range(8):
        other.connected(now)
        one.ended(now)
        pauses.append(one.pause(now, has_rival=True))
        now += pauses[-1]
        one, other = other, one
    assert pauses == [1.0, 1.0, 2.0, 2.0, 4.0, 4.0, 8.0, 8.0]
