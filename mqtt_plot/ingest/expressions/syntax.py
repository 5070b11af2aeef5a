"""The text of an expression: `avg({line1/temp}, 10s) > 80 and {line1/pump} == "RUN"`. Pure; never `eval`.

Tags in braces, texts, times and the word `if` are put aside first, each for a name of the same length. So Python's own grammar
(`ast`) reads the rest and its places are those of the text. `compiler.py` then takes a short list of nodes and refuses all others.
"""

import ast
import re
from collections.abc import Mapping

from mqtt_plot.errors import ExpressionError, shown

MAX_LENGTH = 1_000
MAX_DEPTH = 40
MAX_TAGS = 16
MAX_TIMES = 26
UNITS: Mapping[str, float] = {
    "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "min": 60.0, "h": 3_600.0, "d": 86_400.0,
}  # fmt: skip
_WORDS = frozenset({"and", "or", "not", "if", "else", "in", "is", "for"})
SAID_UNITS = "ms s min h d"
IF = "if"
_MARK = "ǂ"  # begins the names that stand for what was put aside
_IF_MARK = _MARK + "0"
_NUMBER = r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?"
_TOKENS = re.compile(
    rf"""(?P<text>"[^"]*"|'[^']*')|\{{(?P<tag>[^{{}}]*)\}}|(?<![\w.])(?P<number>{_NUMBER})(?P<blank>\s?)(?P<unit>[^\W\d_]+)?"""
    r"""|(?<!\w)if(?=\s*\()|(?P<brace>[{}])|(?P<bad>[#\x00-\x1f\x7f])|(?P<open>\()|(?P<close>\))"""
)
_HINTS = {
    "^": "a power is **", "&": "write and", "|": "write or", "!": "write not, or !=", "=": "equal is ==",
    "?": "write if(condition, then, else)", ";": "an expression is one value", ",": "a decimal point is a point",
    "“": 'a text is in "quotes"', "„": 'a text is in "quotes"',
}  # fmt: skip
_NODES = {
    ast.Tuple: "several values",
    ast.IfExp: "another form of if",
    ast.Attribute: "a point",
    ast.Subscript: "brackets",
    ast.List: "brackets",
}


class Expression:
    """An expression that was read: its tree, and what the names in it stand for. `place` finds a node in the text."""

    def __init__(self, text: str) -> None:
        """Raises ExpressionError."""
        if len(text) > MAX_LENGTH:
            raise ExpressionError(f"expected at most {MAX_LENGTH} characters, got {len(text)}", MAX_LENGTH)
        if not text.strip():
            raise ExpressionError("expected an expression such as {line1/temp} * 2, got nothing", 0)
        if _MARK in text:
            raise ExpressionError(f"expected no {_MARK!r} in an expression", text.index(_MARK))
        self.text = text
        self.tags: list[str] = []
        self.texts: list[str] = []
        self._names: dict[str, int | float | str] = {}
        self._nesting = 0
        # A line break inside is as good as a blank; blanks before the first word would be an indentation.
        self._plain = _TOKENS.sub(self._put_aside, re.sub(r"\s", " ", text))
        self._start = len(self._plain) - len(self._plain.lstrip())
        self.tree = self._parse()

    def _put_aside(self, found: re.Match[str]) -> str:
        at = found.start()
        match found.lastgroup:
            case "text":
                self.texts.append(found["text"][1:-1])
                return self._name("t", len(self.texts), found, self.texts[-1])
            case "tag":
                return self._tag(found["tag"], found)
            case "brace":
                raise ExpressionError("expected a tag in braces, such as {line1/temp}; a brace is missing", at)
            case "bad":
                raise ExpressionError(f"expected no {found[0]!r} in an expression", at)
            case "open":
                self._nesting += 1
                if self._nesting > MAX_DEPTH:
                    raise ExpressionError(f"expected at most {MAX_DEPTH} levels of parentheses, got more", at)
            case "close":
                self._nesting -= 1
            case None:
                return _IF_MARK
            case _:
                return self._number(found)
        return found[0]

    def _tag(self, tag: str, found: re.Match[str]) -> str:
        if not tag.strip():
            raise ExpressionError("expected the name of a tag in the braces", found.start())
        if tag not in self.tags:
            if len(self.tags) >= MAX_TAGS:
                raise ExpressionError(f"expected at most {MAX_TAGS} tags, got more", found.start())
            self.tags.append(tag)
        return self._name("T", self.tags.index(tag), found, self.tags.index(tag))

    def _number(self, found: re.Match[str]) -> str:
        unit = found["unit"]
        if unit is None or (found["blank"] and unit in _WORDS):
            return found[0]
        if unit not in UNITS:
            raise ExpressionError(
                f"expected a unit of time after {found['number']:.20}: {SAID_UNITS}, got {shown(unit)}",
                found.start("unit"),
            )
        return self._name("s", len(self._names), found, float(found["number"]) * UNITS[unit])

    def _name(self, kind: str, number: int, found: re.Match[str], meaning: float | str) -> str:
        """Return a name as long as what it stands for: at least two characters, the mark and one that makes it unlike the others."""
        if len(self._names) > MAX_TAGS + 2 * MAX_TIMES:
            raise ExpressionError("expected fewer tags, texts and times", found.start())
        name = f"{_MARK}{chr(0x4E00 + 256 * 'Tts'.index(kind) + number)}".ljust(len(found[0]), "_")
        self._names[name] = meaning
        return name

    def _parse(self) -> ast.expr:
        try:
            return ast.parse(self._plain[self._start :], mode="eval").body
        except SyntaxError as error:
            at = min(error.offset - 1 + self._start, len(self.text)) if error.offset else len(self.text)
            if error.msg.endswith("never closed"):
                raise ExpressionError("expected a closing parenthesis for this one", at) from None
            raise self._unreadable(at) from None
        except (ValueError, MemoryError, RecursionError):
            raise ExpressionError("expected an expression that is less deep", 0) from None

    def _unreadable(self, at: int) -> ExpressionError:
        rest = self.text[at:].lstrip()
        at = len(self.text) - len(rest) if rest else at
        before = self.text[max(at - 1, 0) : at + 1]
        hint = next((f"; {_HINTS[sign]}" for sign in (rest[:1], *before) if sign in _HINTS), "")
        if not rest:
            return ExpressionError("expected more at the end: a value or a closing parenthesis", len(self.text))
        return ExpressionError(f"expected an operator or a value, got {shown(rest[:12])}{hint}", at)

    def refusal(self, node: ast.expr) -> ExpressionError:
        """Return what is wrong with a node that is none of ours, at the sign that says so."""
        at = self.place(node)
        if isinstance(node, ast.BinOp):  # of two values: the operator between them
            behind = self._start + len(self._plain[self._start :].encode()[: node.left.end_col_offset].decode())
            at = next((i for i in range(behind, len(self.text)) if self.text[i] not in ") \n\t"), behind)
        sign = self.text[at : at + 1]
        hint = (
            "; write if(condition, then, else)"
            if isinstance(node, ast.IfExp)
            else f"; {_HINTS[sign]}"
            if sign in _HINTS
            else ""
        )
        if isinstance(node, ast.Tuple):
            hint = "; a decimal point is a point"
        got = _NODES.get(type(node), shown(self.text[at : at + 12]))
        return ExpressionError(f"expected + - * / % **, comparisons, and or not, functions, got {got}{hint}", at)

    def place(self, node: ast.AST) -> int:
        """Return where a node begins in the text, in characters from 0."""
        offset = getattr(node, "col_offset", 0)
        return self._start + len(self._plain[self._start :].encode()[:offset].decode(errors="ignore"))

    def tag_of(self, node: ast.AST) -> int | None:
        """Return the number of the tag that a node is, None for any other node."""
        meaning = self._names.get(node.id) if isinstance(node, ast.Name) else None
        return meaning if isinstance(meaning, int) else None

    def text_of(self, node: ast.AST) -> str | None:
        """Return the text that a node is."""
        meaning = self._names.get(node.id) if isinstance(node, ast.Name) else None
        return meaning if isinstance(meaning, str) else None

    def seconds_of(self, node: ast.AST) -> float | None:
        """Return the seconds of the time that a node is, such as 10s."""
        meaning = self._names.get(node.id) if isinstance(node, ast.Name) else None
        return meaning if isinstance(meaning, float) else None

    @staticmethod
    def name_of(node: ast.AST) -> str:
        """Return the name that a node is, as it was written; "" for any other node."""
        name = node.id if isinstance(node, ast.Name) else ""
        return IF if name == _IF_MARK else name
