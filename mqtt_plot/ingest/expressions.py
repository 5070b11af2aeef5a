"""Conditions over the last values of several tags: `{line1/temp} > 80 and {line1/pump} == "RUN"`. Pure.

Python's own grammar is read (`ast`), and of it only numbers, texts, tags, `and or not`, comparisons, `+ - * / %` and `abs min max`.
"""

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping

from mqtt_plot.errors import WatchError

Value = float | str | bool
MAX_LENGTH = 500
MAX_TAGS = 16
_STRINGS_AND_TAGS = re.compile(r"""("[^"]*"|'[^']*')|\{([^{}]*)\}""")
_COMPARE: Mapping[type[ast.cmpop], Callable[[Value, Value], bool]] = {
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_COMPUTE: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Mod: operator.mod,
}
_FUNCTIONS: Mapping[str, Callable[..., float]] = {"abs": abs, "min": min, "max": max}
_ALLOWED = (
    *(ast.Expression, ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd, ast.Compare, ast.BinOp),
    *(ast.Constant, ast.Name, ast.Load, ast.Call, *_COMPARE, *_COMPUTE),
)


class Expression:
    """A condition; `tags` are those that it speaks of."""

    def __init__(self, text: str) -> None:
        """Raises WatchError("bad_expression")."""
        self.text = text
        self._names: dict[str, str] = {}  # of tags, as the tree has them
        if len(text) > MAX_LENGTH:
            raise _refusal(f"at most {MAX_LENGTH} characters, got {len(text)}")
        try:
            tree = ast.parse(_STRINGS_AND_TAGS.sub(self._name, text.strip()), mode="eval")
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            raise _refusal(f"a condition such as {{line1/temp}} > 80, got {text!r:.80}") from None
        self.tags = tuple(self._names.values())
        if not 1 <= len(self.tags) <= MAX_TAGS:
            raise _refusal(f"1 to {MAX_TAGS} tags in braces, got {len(self.tags)}")
        for node in ast.walk(tree):
            self._check(node)
        self._tree = tree.body

    def _name(self, found: re.Match[str]) -> str:
        if found[1] is not None:
            return found[1]
        for name, tag in self._names.items():
            if tag == found[2]:
                return name
        name = f"tag{len(self._names)}"
        self._names[name] = found[2]
        return name

    def _check(self, node: ast.AST) -> None:
        if not isinstance(node, _ALLOWED):
            raise _refusal(f"and, or, not, comparisons and arithmetic, got {type(node).__name__}")
        match node:
            case ast.Name(id=name) if name not in self._names and name not in _FUNCTIONS:
                raise _refusal(f"tags in braces, got {name!r:.40}")
            case ast.Call(func=ast.Name(id=name), args=[_, *_], keywords=[]) if name in _FUNCTIONS:
                pass
            case ast.Call():
                raise _refusal(f"one of {', '.join(_FUNCTIONS)} with values")
            case ast.Constant(value=bool() | int() | float() | str()):
                pass
            case ast.Constant(value=value):
                raise _refusal(f"numbers and texts, got {value!r:.40}")

    def holds(self, values: Mapping[str, float | str]) -> bool:
        """Tell whether it is true of the values by tag; False where one of them is not known."""
        try:
            return bool(self._value(self._tree, values))
        except (KeyError, TypeError, ValueError, ArithmeticError):
            return False

    def _value(self, node: ast.expr, values: Mapping[str, float | str]) -> Value:  # noqa: PLR0911 - one per kind of node
        match node:
            case ast.Constant(value=bool() | str() | int() | float() as value):
                return value
            case ast.Name(id=name):
                return values[self._names[name]]
            case ast.BoolOp(op=ast.And(), values=parts):
                return all(self._value(part, values) for part in parts)
            case ast.BoolOp(values=parts):
                return any(self._value(part, values) for part in parts)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return not self._value(operand, values)
            case ast.UnaryOp(op=op, operand=operand):
                return -self._number(operand, values) if isinstance(op, ast.USub) else self._number(operand, values)
            case ast.BinOp(left=left, op=op, right=right):
                return _COMPUTE[type(op)](self._number(left, values), self._number(right, values))
            case ast.Compare(left=first, ops=ops, comparators=others):
                operands = [self._value(part, values) for part in (first, *others)]
                return all(_COMPARE[type(op)](operands[i], operands[i + 1]) for i, op in enumerate(ops))
            case ast.Call(func=ast.Name(id=name), args=args):
                return _FUNCTIONS[name](*(self._number(arg, values) for arg in args))
            case _:
                raise TypeError

    def _number(self, node: ast.expr, values: Mapping[str, float | str]) -> float:
        value = self._value(node, values)
        if isinstance(value, str) or not math.isfinite(value):
            raise TypeError
        return value


def _refusal(expected: str) -> WatchError:
    return WatchError("bad_expression", f"expected {expected}")
