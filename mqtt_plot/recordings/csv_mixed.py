"""Whether a column of numbers holds several series, mixed row by row, of which a word beside each number says whose it is.

Nothing but the numbers tells that where no column is called a name: those of one word lie together, and from row to row they jump.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from mqtt_plot.parsers.values import two_state
from mqtt_plot.recordings.csv_numbers import number_in

_MOST_WORDS, _FEWEST_TIMES, _FEWEST_ROWS = 20, 3, 9
_CHANGES = 0.5  # of the rows must have another word than the one before, or these are states
_NEARER = 4.0  # times as near must numbers of one word be as those of two rows


def are_mixed(words: Sequence[str], cells: Sequence[str]) -> bool:
    """Tell whether the numbers in `cells` are those of as many series as there are `words`."""
    rows = [
        (word.strip(), number)
        for word, cell in zip(words, cells, strict=False)
        if word.strip() and (number := number_in(cell.strip().replace(",", "."))) is not None
    ]
    counts = Counter(word for word, _ in rows)
    if (
        len(rows) < _FEWEST_ROWS
        or not 1 < len(counts) <= _MOST_WORDS
        or min(counts.values()) < _FEWEST_TIMES
        or any(two_state(word) is not None for word in counts)
        or sum(first != second for (first, _), (second, _) in pairwise(rows)) < _CHANGES * len(rows)
    ):
        return False
    series = defaultdict[str, list[float]](list)
    for word, number in rows:
        series[word].append(number)
    if all(len(set(numbers)) == 1 for numbers in series.values()):
        return False  # each number says what its word says
    within = [abs(second - first) for numbers in series.values() for first, second in pairwise(numbers)]
    between = [abs(second - first) for (_, first), (_, second) in pairwise(rows)]
    return median(within) * _NEARER < median(between)
