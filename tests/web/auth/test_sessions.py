"""Sessions and their cookies."""

from mqtt_plot.web.auth.sessions import LIFE_SECONDS, MAX_SESSIONS, Sessions


def test_a_cookie_finds_its_session_until_it_is_closed() -> None:
    """Logging out ends the session for whoever has the cookie."""
    sessions = Sessions()
    cookie = sessions.open("anna", "hash", 0.0)
    session = sessions.find(cookie, 1.0)
    assert session is not None
    assert session.user == "anna"
    sessions.close(cookie)
    assert sessions.find(cookie, 1.0) is None


def test_a_cookie_that_we_did_not_give_is_nobodys() -> None:
    """A guess, another bridge's, garbage."""
    sessions = Sessions()
    cookie = sessions.open("anna", "hash", 0.0)
    for other in (cookie[:-1], f"{cookie}x", Sessions().open("anna", "hash", 0.0), "", "..", "ü"):
        assert sessions.find(other, 1.0) is None


def test_a_session_ends_by_itself() -> None:
    """After its life it is gone from the table too."""
    sessions = Sessions()
    cookie = sessions.open("anna", "hash", 0.0)
    assert sessions.find(cookie, LIFE_SECONDS - 1) is not None
    assert sessions.find(cookie, LIFE_SECONDS) is None
    assert len(sessions) == 0


def test_at_the_limit_the_oldest_session_ends() -> None:
    """The table does not grow."""
    sessions = Sessions()
    first, second = sessions.open("a", "", 0.0), sessions.open("b", "", 0.0)
    for _ in range(MAX_SESSIONS - 1):
        sessions.open("c", "", 0.0)
    assert len(sessions) == MAX_SESSIONS
    assert sessions.find(first, 1.0) is None
    assert sessions.find(second, 1.0) is not None
