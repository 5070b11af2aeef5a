"""How long failed logins must wait, and what a right one forgives."""

from mqtt_plot.web.auth.lockout import (
    FORGET_SECONDS,
    FREE_TRIES,
    FREE_TRIES_PER_ADDRESS,
    FREE_TRIES_PER_NAME,
    LONGEST_SECONDS,
    MAX_FAILURES,
    Lockout,
)

HERE, THERE = "10.0.0.9", "10.0.0.10"


def fail(lockout: Lockout, times: int, address: str = HERE, name: str = "anna", now: float = 0.0) -> None:
    for _ in range(times):
        lockout.failed(address, name, now)


def test_some_failures_are_free_then_each_doubles_the_wait() -> None:
    """People mistype; programs try on."""
    lockout = Lockout()
    fail(lockout, FREE_TRIES - 1)
    assert lockout.wait(HERE, "anna", 0.0) == 0.0
    fail(lockout, 1)
    assert lockout.wait(HERE, "anna", 0.0) == 30.0
    assert lockout.wait(HERE, "anna", 30.0) == 0.0
    fail(lockout, 1)
    assert lockout.wait(HERE, "anna", 0.0) == 60.0
    fail(lockout, 50)
    assert lockout.wait(HERE, "anna", 0.0) == LONGEST_SECONDS


def test_addresses_and_names_are_told_apart() -> None:
    """One who fails keeps neither the others of his house out, nor that user elsewhere; of IPv6 a network counts as one address."""
    lockout = Lockout()
    fail(lockout, FREE_TRIES, "2001:db8::1")
    assert lockout.wait("2001:db8::2", "anna", 0.0) == 30.0
    assert lockout.wait("2001:db8::2", "bert", 0.0) == 0.0
    assert lockout.wait("2001:db8:0:1::1", "anna", 0.0) == 0.0
    assert lockout.wait(HERE, "anna", 0.0) == 0.0


def test_a_right_login_forgives_that_name_from_that_address_only() -> None:
    """Whoever has an account of his own cannot buy tries at another's by logging in between."""
    lockout = Lockout()
    looked_at = 0
    for _ in range(24):
        looked_at += lockout.wait(HERE, "admin", 0.0) == 0.0
        lockout.failed(HERE, "admin", 0.0)
        lockout.failed(HERE, "guest", 0.0)
        lockout.succeeded(HERE, "guest")
    assert (looked_at, lockout.wait(HERE, "guest", 0.0) > 0) == (FREE_TRIES, True)
    other = Lockout()
    fail(other, FREE_TRIES)
    other.succeeded(HERE, "anna")
    assert other.wait(HERE, "anna", 0.0) == 0.0


def test_failures_are_forgotten_in_time() -> None:
    """Two hours later a failure is the first again."""
    lockout = Lockout()
    fail(lockout, FREE_TRIES)
    fail(lockout, 1, now=FORGET_SECONDS + 1)
    assert lockout.wait(HERE, "anna", FORGET_SECONDS + 1) == 0.0


def test_one_address_cannot_try_all_names() -> None:
    """Nor one password at every name."""
    lockout = Lockout()
    for number in range(FREE_TRIES_PER_ADDRESS):
        assert lockout.wait(HERE, f"user {number}", 0.0) == 0.0
        lockout.failed(HERE, f"user {number}", 0.0)
    assert (lockout.wait(HERE, "another", 0.0), lockout.wait(THERE, "another", 0.0)) == (30.0, 0.0)


def test_many_addresses_cannot_try_one_name_and_its_owner_still_comes_in() -> None:
    """From where somebody has logged in before, what others try does not keep him out."""
    lockout = Lockout()
    lockout.failed(HERE, "anna", 0.0)
    lockout.succeeded(HERE, "anna")
    for number in range(FREE_TRIES_PER_NAME):
        assert lockout.wait(f"10.1.0.{number}", "anna", 0.0) == 0.0
        lockout.failed(f"10.1.0.{number}", "anna", 0.0)
    assert (lockout.wait("10.2.0.1", "anna", 0.0), lockout.wait(HERE, "anna", 0.0)) == (30.0, 0.0)


def test_the_memory_is_bounded() -> None:
    """At the limit those that failed first are forgotten."""
    lockout = Lockout()
    fail(lockout, FREE_TRIES)
    for number in range(MAX_FAILURES):
        lockout.failed(f"10.1.{number // 256}.{number % 256}", f"user {number}", 0.0)
    assert lockout.wait(HERE, "anna", 0.0) == 0.0
