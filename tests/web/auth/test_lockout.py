"""How long an address waits after failed logins."""

from mqtt_plot.web.auth.lockout import FORGET_SECONDS, FREE_TRIES, LONGEST_SECONDS, MAX_ADDRESSES, Lockout


def fail(lockout: Lockout, times: int, address: str = "10.0.0.9", now: float = 0.0) -> None:
    for _ in range(times):
        lockout.failed(address, now)


def test_the_wait_doubles_after_the_free_tries() -> None:
    """Five failures cost nothing, each further one twice as much as the one before, up to an hour."""
    lockout = Lockout()
    fail(lockout, FREE_TRIES - 1)
    assert lockout.wait("10.0.0.9", 0.0) == 0.0
    fail(lockout, 1)
    assert lockout.wait("10.0.0.9", 0.0) == 30.0
    assert lockout.wait("10.0.0.9", 30.0) == 0.0
    fail(lockout, 1)
    assert lockout.wait("10.0.0.9", 0.0) == 60.0
    fail(lockout, 50)
    assert lockout.wait("10.0.0.9", 0.0) == LONGEST_SECONDS


def test_others_do_not_wait() -> None:
    """An address waits for its own failures; one household of IPv6 is one address."""
    lockout = Lockout()
    fail(lockout, FREE_TRIES, "2001:db8::1")
    assert lockout.wait("2001:db8::2", 0.0) == 30.0
    assert lockout.wait("2001:db8:0:1::1", 0.0) == 0.0
    assert lockout.wait("10.0.0.9", 0.0) == 0.0


def test_success_and_time_forgive() -> None:
    """A login that succeeds forgets the failures, and so does a long silence."""
    lockout = Lockout()
    fail(lockout, FREE_TRIES)
    lockout.succeeded("10.0.0.9")
    assert lockout.wait("10.0.0.9", 0.0) == 0.0
    fail(lockout, FREE_TRIES)
    fail(lockout, 1, now=FORGET_SECONDS + 1)
    assert lockout.wait("10.0.0.9", FORGET_SECONDS + 1) == 0.0


def test_the_table_is_bounded() -> None:
    """At the limit the one that failed first is forgotten."""
    lockout = Lockout()
    fail(lockout, FREE_TRIES)
    for number in range(MAX_ADDRESSES):
        lockout.failed(f"10.1.{number // 256}.{number % 256}", 0.0)
    assert lockout.wait("10.0.0.9", 0.0) == 0.0
