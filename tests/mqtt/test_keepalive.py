"""Whether the broker still lives."""

from mqtt_plot.mqtt.keepalive import Keepalive, KeepaliveAction


def test_a_silent_broker_is_asked_once_and_then_given_up() -> None:
    """Asked after half the keepalive, given up after the whole."""
    watch = Keepalive(60, 0.0)
    verdicts = [watch.judge(float(now)) for now in (1, 29, 30, 31, 59, 60)]
    nothing, ask, give_up = KeepaliveAction
    assert verdicts == [nothing, nothing, ask, nothing, nothing, give_up]


def test_anything_that_comes_is_a_sign_of_life() -> None:
    """After a message the silence begins anew, and so does the asking."""
    watch = Keepalive(60, 0.0)
    assert watch.judge(30.0) is KeepaliveAction.ASK
    watch.heard(59.0)
    assert watch.judge(60.0) is KeepaliveAction.NOTHING
    assert watch.judge(89.0) is KeepaliveAction.ASK
    assert watch.judge(119.0) is KeepaliveAction.GIVE_UP
