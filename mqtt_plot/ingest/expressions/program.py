"""An expression, ready to run: from its tree to parts that compute, by a list of nodes; all others are refused. Pure; never `eval`."""

import ast
import math
from collections.abc import Mapping, Sequence

from mqtt_plot.errors import ExpressionError, shown
from mqtt_plot.ingest.expressions import parts
from mqtt_plot.ingest.expressions.functions import FUNCTIONS, LONGEST_SECONDS, MEANT, SHORTEST_SECONDS, Function
from mqtt_plot.ingest.expressions.parts import ARITHMETIC, COMPARE, Frame, Part
from mqtt_plot.ingest.expressions.steps import Integral, Rises
from mqtt_plot.ingest.expressions.syntax import MAX_DEPTH, Expression

MAX_NODES = 150
MAX_MEMORIES = 16  # functions over time
_MEMORY_COST = 4
_NAMES: Mapping[str, float] = {"true": 1.0, "false": 0.0, "pi": math.pi}


class Program:
    """Put what the tags have into `frame`, by their places in `tags`, then `evaluate`.

    `cost` is about the number of steps of one evaluation, `memories` the number of functions over time, `totals` those that add up. With
    `is_boolean` all values are true or false. Raises ExpressionError.
    """

    def __init__(self, text: str) -> None:
        source = Expression(text)
        self.text = text
        self.tags: Sequence[str] = tuple(source.tags)
        self.frame = Frame(len(self.tags))
        self.totals: list[Integral | Rises] = []
        self.cost = 0
        self.memories = 0
        self._source = source
        self._as_numbers: dict[int, int] = {}  # tags that are used as numbers, and where
        whole = self._part(source.tree, 0)
        if not self.tags:
            raise ExpressionError("expected a tag in braces, such as {line1/temp}", 0)
        self.is_boolean = whole.is_boolean
        self._run = whole.run

    def evaluate(self, time: float, moved: int) -> float:
        """Return the value at `time`, NaN where there is none; `moved` has the bits of the tags that have just sent something."""
        frame = self.frame
        frame.time = time
        frame.moved = moved
        frame.fault = None
        return self._run()

    def pause(self) -> None:
        """Note that nothing is known from now to the next evaluation, whatever is held: the bridge was not running."""
        frame = self.frame
        numbers, words = [*frame.numbers], [*frame.words]
        frame.numbers[:], frame.words[:] = [math.nan] * len(numbers), [None] * len(words)
        self.evaluate(frame.time, 0)
        frame.numbers[:], frame.words[:] = numbers, words

    def why(self) -> tuple[str, int] | None:
        """Return why the last evaluation gave nothing, and at which character; None for a gap in a tag."""
        for number, place in self._as_numbers.items():
            word = self.frame.words[number]
            if word is not None and math.isnan(self.frame.numbers[number]):
                tag = self.tags[number]
                return f"{tag} holds words; compare it with one, such as {{{tag}}} == {shown(word)}", place
        return self.frame.fault

    def _part(self, node: ast.expr, depth: int) -> Part:
        self.cost += 1
        place = self._source.place(node)
        if depth > MAX_DEPTH:
            raise ExpressionError(f"expected at most {MAX_DEPTH} levels, got more", place)
        if self.cost > MAX_NODES:
            raise ExpressionError(f"expected at most {MAX_NODES} values, operators and functions, got more", place)
        match node:
            case ast.Constant(value=bool() | int() | float() as value):
                return self._constant(value, place)
            case ast.Name():
                return self._name(node, place)
            case ast.Call(func=ast.Name() as named, args=args, keywords=[]):
                return self._call(self._source.name_of(named), args, depth + 1, place)
            case _:
                return self._operation(node, depth + 1, place)

    def _operation(self, node: ast.expr, depth: int, place: int) -> Part:
        match node:
            case ast.BinOp(left=left, op=op, right=right) if type(op) in ARITHMETIC:
                both = self._part(left, depth), self._part(right, depth)
                return parts.arithmetic(self.frame, op, *both, self._source.place(right))
            case ast.UnaryOp(op=op, operand=operand) if not isinstance(op, ast.Invert):
                return parts.unary(op, self._part(operand, depth))
            case ast.BoolOp(op=op, values=values):
                return parts.logic([self._part(one, depth) for one in values], is_and=isinstance(op, ast.And))
            case ast.Compare(left=left, ops=ops, comparators=others) if all(type(op) in COMPARE for op in ops):
                pairs = [
                    self._pair(op, *pair, depth, place) for op, pair in zip(ops, _neighbours(left, others), strict=True)
                ]
                return pairs[0] if len(pairs) == 1 else parts.logic(pairs, is_and=True)
            case _:
                raise self._source.refusal(node)

    @staticmethod
    def _constant(value: float, place: int) -> Part:
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isinf(number):
            raise ExpressionError("expected a number up to 1.8e308, got a larger one", place)
        return parts.constant(number, is_boolean=isinstance(value, bool))

    def _name(self, node: ast.Name, place: int) -> Part:
        tag, seconds, name = self._source.tag_of(node), self._source.seconds_of(node), self._source.name_of(node)
        if tag is not None:
            self._as_numbers.setdefault(tag, place)
            return parts.number_of(self.frame, tag)
        if seconds is not None:
            return parts.constant(seconds)
        if self._source.text_of(node) is not None:
            raise ExpressionError('expected a text only beside a tag, such as {line1/pump} == "RUN"', place)
        if name in _NAMES:
            return parts.constant(_NAMES[name], is_boolean=name != "pi")
        if name in FUNCTIONS:
            raise ExpressionError(f"expected {FUNCTIONS[name].usage}", place)
        raise ExpressionError(f"expected a tag in braces, such as {{{name:.40}}}, got {shown(name)}", place)

    def _pair(self, op: ast.cmpop, left: ast.expr, right: ast.expr, depth: int, place: int) -> Part:
        """Return the comparison of two values, or of words, which can only be equal or not."""
        source, is_equality = self._source, isinstance(op, ast.Eq | ast.NotEq)
        texts = [text for node in (left, right) if (text := source.text_of(node)) is not None]
        tags = [tag for node in (left, right) if (tag := source.tag_of(node)) is not None]
        if texts and not (is_equality and len(texts) == len(tags) == 1):
            at = next(source.place(node) for node in (left, right) if source.text_of(node) is not None)
            raise ExpressionError('expected a text only as {tag} == "text" or {tag} != "text"', at)
        if texts:
            agrees = parts.word_is(self.frame, tags[0], texts[0], self.tags[tags[0]], place)
        elif is_equality and len(tags) == len((left, right)):
            agrees = parts.tags_agree(self.frame, *tags)
        else:
            return parts.comparison(op, self._part(left, depth), self._part(right, depth))
        return agrees if isinstance(op, ast.Eq) else parts.unary(ast.Not(), agrees)

    def _call(self, name: str, nodes: Sequence[ast.expr], depth: int, place: int) -> Part:
        function = FUNCTIONS.get(name)
        if function is None:
            hint = f"; {MEANT[name.lower()]} may be meant" if name.lower() in MEANT else ""
            raise ExpressionError(f"expected one of {' '.join(FUNCTIONS)}, got {shown(name)}{hint}", place)
        if not function.least <= len(nodes) <= function.most:
            at = self._source.place(nodes[function.most]) if len(nodes) > function.most else place
            raise ExpressionError(f"expected {function.usage}, got {len(nodes)} values", at)
        if function.window is not None:
            window = function.window(self._seconds(function, nodes[1]))
            return parts.over_time(self.frame, window, self._remembered(nodes[0], depth, place), place)
        if function.change is not None:
            return parts.over_samples(self.frame, function.change(), self._remembered(nodes[0], depth, place), place)
        if function.step is not None:
            step = function.step()
            if isinstance(step, Integral | Rises):
                self.totals.append(step)
            return parts.over_time(self.frame, step, self._remembered(nodes[0], depth, place), place)
        values = [self._part(node, depth) for node in nodes]
        return (
            parts.choice(*values)
            if function.compute is None
            else parts.computed(self.frame, function.compute, values, place)
        )

    def _remembered(self, node: ast.expr, depth: int, place: int) -> Part:
        """Return the part that a function over time works on."""
        self.memories += 1
        self.cost += _MEMORY_COST
        if self.memories > MAX_MEMORIES:
            raise ExpressionError(f"expected at most {MAX_MEMORIES} functions over time, got more", place)
        return self._part(node, depth)

    def _seconds(self, function: Function, node: ast.expr) -> float:
        seconds, place = self._source.seconds_of(node), self._source.place(node)
        if seconds is None:
            raise ExpressionError(f"expected a time such as 10s or 1min, as in {function.usage}", place)
        if not SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS:
            raise ExpressionError(f"expected a time from 1ms to 24h, got {seconds:g}s", place)
        return seconds


def _neighbours(first: ast.expr, others: Sequence[ast.expr]) -> list[tuple[ast.expr, ast.expr]]:
    return list(zip((first, *others), others, strict=False))
