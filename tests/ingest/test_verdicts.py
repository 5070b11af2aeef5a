"""Verdicts: bounded, sampled, and never hidden by a flood of good messages."""

from mqtt_plot.ingest.verdicts import EXCERPT_BYTES, REJECTED, STORED, Verdict, Verdicts, excerpt

NOW = 1_700_000_000.0


def verdict(topic: str = "plot/a", outcome: str = STORED) -> Verdict:
    return Verdict(NOW, topic, 4, outcome)


def test_verdicts_come_oldest_first_with_numbers_from_one() -> None:
    """Refused and taken ones lie in rings of their own and come back as one list."""
    verdicts = Verdicts()
    for outcome in (STORED, REJECTED, STORED):
        verdicts.record(verdict(outcome=outcome))
    assert [(v.number, v.outcome) for v in verdicts.since(0)] == [(1, STORED), (2, REJECTED), (3, STORED)]
    assert [v.number for v in verdicts.since(2)] == [3]


def test_a_pattern_chooses_topics() -> None:
    """The usual wildcards of a shell."""
    verdicts = Verdicts()
    for topic in ("plot/line1/temp", "plot/line2/temp"):
        verdicts.record(verdict(topic))
    assert [v.topic for v in verdicts.since(0, "*line2*")] == ["plot/line2/temp"]


def test_good_messages_never_push_out_refused_ones() -> None:
    """The reason a user looks for is there after any number of good messages."""
    verdicts = Verdicts(limit=10)
    verdicts.record(verdict("plot/wrong", REJECTED))
    for _ in range(100):
        verdicts.record(verdict())
    kept = verdicts.since(0)
    assert (len(kept), kept[0].topic) == (6, "plot/wrong")


def test_a_topic_gets_ten_verdicts_of_a_kind_at_once() -> None:
    """Who tries payloads by hand sees each of them; another outcome on the same topic is news."""
    verdicts = Verdicts()
    wanted = sum(verdicts.wants("plot/a", STORED, NOW + n / 1000) for n in range(100))
    assert (wanted, verdicts.wants("plot/a", REJECTED, NOW)) == (10, True)


def test_a_topic_that_goes_on_gets_two_verdicts_a_second() -> None:
    """100 messages per second for a minute: the burst, and one every half second."""
    verdicts = Verdicts()
    assert sum(verdicts.wants("plot/a", STORED, NOW + n / 100) for n in range(6000)) == 10 + 119


def test_verdicts_go_on_when_our_clock_is_set_back() -> None:
    """By an hour, say, once a gateway has reached its time server."""
    verdicts = Verdicts()
    assert verdicts.wants("plot/a", STORED, NOW)
    assert verdicts.wants("plot/a", STORED, NOW - 3600)


def test_many_topics_share_the_budget_of_a_second() -> None:
    """Refusals have a budget of their own."""
    verdicts = Verdicts(per_second=10)
    wanted = sum(verdicts.wants(f"plot/{n}", STORED, NOW) for n in range(100))
    assert (wanted, verdicts.wants("plot/x", REJECTED, NOW)) == (10, True)
    assert verdicts.wants("plot/50", STORED, NOW + 1)


def test_what_was_passed_over_is_counted() -> None:
    """Messages received less verdicts recorded."""
    verdicts = Verdicts()
    verdicts.count_against(lambda: 12)
    verdicts.record(verdict())
    assert verdicts.skipped == 11


def test_an_excerpt_is_short_and_printable() -> None:
    """Control characters and bytes that are no text are shown by their codes."""
    assert excerpt(b"12,5\x00\r\xff") == "12,5\\x00\\r\\xff"
    assert len(excerpt(b"x" * 1000)) == EXCERPT_BYTES + 1
