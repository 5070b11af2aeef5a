"""The language of triggers and computed tags: what it reads, what it computes of values, and where it says what is wrong."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mqtt_plot.errors import ExpressionError
from mqtt_plot.ingest.expressions.functions import FUNCTIONS
from mqtt_plot.ingest.expressions.program import Program

GAP = math.nan
VALUES: dict[str, float | str] = {"a": 8.0, "b": 2.0, "s": "RUN", "n": GAP, "neg": -8.0, "zero": 0.0, "on": 1.0}


def computed(text: str, values: dict[str, float | str] = VALUES) -> Program:
    """Return the program after one evaluation; its value is in `result`."""
    program = Program(text)
    for place, tag in enumerate(program.tags):
        value = values.get(tag, GAP)
        if isinstance(value, str):
            program.frame.words[place] = value
        else:
            program.frame.numbers[place] = value
    return program


def result(text: str, values: dict[str, float | str] = VALUES) -> float:
    """Return the value of an expression."""
    program = computed(text, values)
    return program.evaluate(1_700_000_000.0, (1 << len(program.tags)) - 1)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{a} + {b} * 3", 14),
        ("({a} - {b}) / 4", 1.5),
        ("{a} % 3", 2),
        ("-{a} % 3", 1),
        ("{b} ** 3 ** 2", 512),
        ("-{b} ** 2", -4),
        ("+{a}", 8),
        ("{a} > 5", 1),
        ("{a} <= 5", 0),
        ("1 < {b} < 3", 1),
        ("1 < {b} < 2", 0),
        ("{a} == 8 and {b} != 8", 1),
        ("not {zero}", 1),
        ("{a} and {b}", 1),
        ("{s} == 'RUN'", 1),
        ('"STOP" == {s}', 0),
        ("{s} != 'STOP'", 1),
        ("{a} == {b}", 0),
        ("{a} != {b}", 1),
        ("true or {a}", 1),
        ("false or {a} > 9", 0),
        ("abs({neg})", 8),
        ("min({a}, {b}, 1)", 1),
        ("max({a}, {b}, 1)", 8),
        ("sqrt({a} * {b})", 4),
        ("exp({zero})", 1),
        ("log(exp({b}))", 2),
        ("log({a}, {b})", 3),
        ("log({a} * 125, 10)", 3),
        ("sin({zero})", 0),
        ("cos({zero} + pi)", -1),
        ("round({a} / 3)", 3),
        ("round({a} / 3, 2)", 2.67),
        ("round(2.5 + {zero})", 2),
        ("clip({a}, 0, 5)", 5),
        ("clip({neg}, 0, 5)", 0),
        ("if({a} > 5, {b}, 3)", 2),
        ("if({zero}, 1 / {zero}, 3)", 3),
        ("{zero} + 2min + 500ms", 120.5),
        ("{zero} + .5 + 1. + 1e3", 1001.5),
        ("{ zero }+1", GAP),
        ("  {a}\n + 1", 9),
    ],
)
def test_values_are_computed(text: str, value: float) -> None:
    """Arithmetic, comparison, logic and functions of values, as in any calculator; a power goes first, then a sign."""
    assert result(text) == pytest.approx(value, nan_ok=True)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{n} + 1", GAP),
        ("{n} > 1", GAP),
        ("{n} == {a}", GAP),
        ("{n} == 'RUN'", GAP),
        ("not {n}", GAP),
        ("-{n}", GAP),
        ("{n} * 0", GAP),
        ("{n} ** 0", GAP),
        ("{n} and {zero}", 0),
        ("{n} and {a}", GAP),
        ("{n} or {a}", 1),
        ("{n} or {zero}", GAP),
        ("if({n}, 1, 1)", GAP),
        ("if({a}, 1, {n})", 1),
        ("min({a}, {n})", GAP),
        ("max({n}, {a})", GAP),
        ("abs({n})", GAP),
        ("round({n})", GAP),
        ("clip({n}, 0, 1)", GAP),
        ("1 / {n}", GAP),
        ("{n} / {zero}", GAP),
    ],
)
def test_gaps_pass_through(text: str, value: float) -> None:
    """What is made of a gap is a gap, unless it does not depend on it."""
    program = computed(text)
    assert program.evaluate(0.0, 1) == pytest.approx(value, nan_ok=True)
    assert program.why() is None


@pytest.mark.parametrize(
    ("text", "why", "at"),
    [
        ("{a} / {zero}", "division by zero", 6),
        ("{a} % {zero}", "division by zero", 6),
        ("{zero} ** -1", "division by zero", 10),
        ("1 + sqrt({neg})", "no square root of -8", 4),
        ("log({zero})", "no logarithm of 0", 0),
        ("{neg} ** 0.5", "no real power 0.5 of -8", 9),
        ("exp({a} * 1000)", "overflow", 0),
        ("{a} * 1e308", "overflow", 6),
        ("1e308 + {a} * 1e307", "overflow", 8),
        ("1e308 ** {b}", "overflow", 9),
        ("clip({a}, 5, 1)", "clip wants low <= high, got 5 and 1", 0),
        ("round({a}, 0.5)", "round wants a whole number of digits, got 0.5", 0),
        ("2 * {s}", "s holds words; compare it with one, such as {s} == 'RUN'", 4),
        ("{a} == 'RUN'", "a holds numbers, not words", 0),
    ],
)
def test_what_cannot_be_computed_is_a_gap_with_a_reason(text: str, why: str, at: int) -> None:
    """Nothing is raised and nothing infinite comes out; the reason has the character where it was seen."""
    program = computed(text)
    got = program.evaluate(0.0, 1)
    fault = program.why()
    assert fault is not None
    assert (math.isnan(got), fault[0].startswith(why), fault[1]) == (True, True, at), fault


def test_the_reason_goes_when_the_value_comes_back() -> None:
    """A division by zero of a moment leaves nothing behind."""
    program = computed("1 / {zero}")
    program.evaluate(0.0, 1)
    program.frame.numbers[0] = 4.0
    assert (program.evaluate(1.0, 1), program.why()) == (0.25, None)


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("", 0, "got nothing"),
        ("1 > 0", 0, "a tag in braces"),
        ("{a", 0, "a brace is missing"),
        ("a} + 1", 1, "a brace is missing"),
        ("{} + 1", 0, "name of a tag"),
        ("{a}.x", 0, "a point"),
        ("{a}[0]", 0, "brackets"),
        ("f({a})", 0, "one of abs min max"),
        ("mean({a}, 1s)", 0, "avg may be meant"),
        ("lambda: {a}", 0, "expected"),
        ("[{a}]", 0, "brackets"),
        ("{a} if {a} else 0", 0, "if(condition, then, else)"),
        ("1 + temp", 4, "such as {temp}"),
        ("{a} == None", 7, "expected"),
        ("max()", 0, "max(x, y, …)"),
        ("abs(*{a})", 4, "expected"),
        ("abs({a}, x=1)", 0, "expected"),
        ("{a} := 3", 4, "expected"),
        ("{a} ^ 2", 4, "a power is **"),
        ("{a} // 2", 4, "'// 2'"),
        ("{a} && 1", 5, "write and"),
        ("{a} = 1", 4, "equal is =="),
        ("1,5 * {a}", 0, "decimal point"),
        ("{a} +", 5, "more at the end"),
        ("({a} + 1", 0, "closing parenthesis"),
        ("{a} 1", 4, "got '1'"),
        ("{ä} + ö", 6, "such as {ö}"),
        ("avg({a}, 10)", 9, "such as 10s"),
        ("avg({a}, {b})", 9, "such as 10s"),
        ("avg({a}, 10m)", 11, "unit of time after 10: ms s min h d"),
        ("avg({a}, 10 sec)", 12, "got 'sec'"),
        ("avg({a}, 2d)", 9, "1ms to 24h"),
        ("avg({a}, 0s)", 9, "1ms to 24h"),
        ("avg({a})", 0, "avg(x, 10s)"),
        ("avg({a}, 10s, 5)", 14, "avg(x, 10s), got 3 values"),
        ("avg", 0, "avg(x, 10s)"),
        ("{a} + 'x'", 6, "only beside a tag"),
        ("{s} > 'x'", 6, "only as {tag}"),
        ("{a} + 1 == 'x'", 11, "only as {tag}"),
        ("{a} + 0x1F", 7, "unit of time"),
        ("1e400 + {a}", 0, "1.8e308"),
        ("{a} + " + "9" * 400, 6, "1.8e308"),
        ("{a} is 3", 0, "expected"),
        ("{a} in {b}", 0, "expected"),
        ("~{a}", 0, "expected"),
        ("(" * 1_000, 1_000 - 960, "levels of parentheses"),
        ("-" * 900 + "{a}", 41, "levels"),
        ("{a} + " * 2_000 + "1", 1_000, "1000 characters"),
        ("+".join(["{a}"] * 45), 0, "levels"),
        ("max(1,2,3,4,5,6,7,8,9,10,11,12,13,14,15)+" * 10 + "{a}", 356, "150"),
        ("+".join(f"{{t{i}}}" for i in range(17)), 86, "16 tags"),
        ("+".join(["rate({a})"] * 17), 160, "16 functions over time"),
        ("ǂ", 0, "expected no"),
        ("__import__('os')", 0, "one of abs"),
        ("{a} and", 7, "more at the end"),
        ("max.{a}", 0, "a point"),
        ("\x00{a}", 0, "expected"),
        ("{a} # b", 4, "expected"),
    ],
)
def test_what_is_no_expression_is_refused_at_its_place(text: str, at: int, expected: str) -> None:
    """The message says what was expected, and the position is the character where."""
    with pytest.raises(ExpressionError) as refused:
        Program(text)
    assert (expected in str(refused.value), refused.value.position) == (True, at), str(refused.value)


@given(st.text(alphabet="{}ab()+-*/%<>=!&|,.'\"0123456789emsinhdavgifort _\\ǂ°\n", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever somebody types, nothing else comes of it than a program, or a refusal with a place inside the text."""
    place, value = 0, 0.0
    try:
        value = Program(text).evaluate(0.0, 1)
    except ExpressionError as error:
        place = error.position or 0
    assert (0 <= place <= len(text), math.isinf(value)) == (True, False)


@given(st.lists(st.floats(allow_infinity=False), min_size=3, max_size=3))
def test_no_value_leads_to_an_exception_or_to_infinity(values: list[float]) -> None:
    """All functions of values, with whatever numbers there are, give a number or a gap."""
    texts = [
        "{a} + {b} - {c}",
        "{a} * {b} / {c}",
        "{a} % {b}",
        "{a} ** {b}",
        "log({a}, {b})",
        "round({a}, {b})",
        "clip({a}, {b}, {c})",
        "exp({a})",
        "sin({a}) + cos({b})",
    ]
    for text in texts:
        assert not math.isinf(result(text, dict(zip("abc", values, strict=True)))), text


def test_every_function_can_be_called_as_it_says() -> None:
    """The usage in the table, which refusals quote, is an expression."""
    for name, function in FUNCTIONS.items():
        for usage in function.usage.split(" or "):
            text = usage.replace(", …", "").replace("condition", "{a}").replace("then", "{a}").replace("else", "{a}")
            for word in ("digits", "base", "low", "high"):
                text = text.replace(f", {word}", ", 2")
            inner = text.removeprefix(name).replace("x", "{a}").replace("y", "{b}")
            assert Program(name + inner).tags, usage
