"""Where a long title breaks: between words, in a trapezoid or a diamond, never an hourglass.

GB/T 9704 asks for whole words and a balanced shape. There is no segmenter here: the words of
data/title_words.txt, numbers with their unit and quoted names are kept whole, and a break after 的
is liked. An author who wants it otherwise writes the line breaks into the title.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import pairwise
from math import ceil

from linghang_core.documents.measures import TITLE_CHARACTERS, text_width

WORDS = (
    (files("linghang_core.documents") / "data" / "title_words.txt")
    .read_text(encoding="utf-8")
    .split()
)
TOKEN = re.compile(
    r"《[^》]{1,18}》|“[^”]{1,18}”|第?[0-9A-Za-z.%+-]+[年月日号周届次个条项%]?|第[一二三四五六七八九十]+"
    r"(?:季度|届|次|批)?|[一二三四]季度|" + "|".join(sorted(WORDS, key=len, reverse=True)) + "|.",
    re.DOTALL,
)
JOINS_BEFORE = set("的了之、，；：。）》”〕！？")
JOINS_AFTER = set("（《“〔")
GOOD_BREAK = 6.0
POOR_BREAK = 12.0
HOURGLASS = 60.0
EQUAL_LINES = 3.0
LONE_WORD = 25.0
SHORTEST_LINE = 4
MOST_LINES = 5  # a longer text is no title and is filled line by line


@cache
def break_title(title: str, most: int = TITLE_CHARACTERS) -> tuple[str, ...]:
    """Return the lines of a title, each at most `most` full-width characters wide.

    Line breaks in the text are kept as they are. What cannot be broken between words is filled
    character by character.
    """
    if "\n" in title:
        return tuple(line.strip() for line in title.splitlines() if line.strip())
    text = title.strip()
    if text_width(text) <= most:
        return (text,)
    fewest = ceil(text_width(text) / most)
    for count in (fewest, fewest + 1) if fewest < MOST_LINES else ():
        lines = _best_lines(_split_words(text, most), count, most)
        if lines:
            return lines
    return _fill_lines(text, most)


def _best_lines(pieces: list[str], count: int, most: int) -> tuple[str, ...] | None:
    widths = [text_width(piece) for piece in pieces]
    best: tuple[float, tuple[str, ...]] | None = None
    for places in _ways(widths, count, most):
        bounds = (0, *places, len(pieces))
        lines = tuple("".join(pieces[start:end]) for start, end in pairwise(bounds))
        cost = _shape_cost(lines) + sum(_break_cost(pieces, place) for place in places)
        if best is None or cost < best[0]:
            best = (cost, lines)
    return best[1] if best else None


def _ways(widths: list[float], count: int, most: int) -> Iterator[tuple[int, ...]]:
    """Yield the places of the breaks of every way to make `count` lines that fit."""
    if count == 1:
        if sum(widths) <= most:
            yield ()
        return
    line = 0.0
    for place in range(1, len(widths)):
        line += widths[place - 1]
        if line > most:
            return
        rest = widths[place:]
        if sum(rest) <= most * (count - 1):
            for places in _ways(rest, count - 1, most):
                yield (place, *(place + later for later in places))


def _shape_cost(lines: tuple[str, ...]) -> float:
    widths = [text_width(line) for line in lines]
    mean = sum(widths) / len(widths)
    cost = sum((width - mean) ** 2 for width in widths)
    if len(set(widths)) == 1:
        cost += EQUAL_LINES
    inner = widths[1:-1]
    if inner and max(inner) < min(widths[0], widths[-1]):
        cost += HOURGLASS
    return cost + LONE_WORD * sum(width < SHORTEST_LINE for width in widths)


def _break_cost(pieces: list[str], place: int) -> float:
    before, after = pieces[place - 1], pieces[place]
    if before[-1] in JOINS_BEFORE:
        return -GOOD_BREAK
    # Two single characters side by side are probably a word that is not in the list.
    return POOR_BREAK if len(before) == len(after) == 1 else 0.0


def _split_words(text: str, most: int) -> list[str]:
    pieces: list[str] = []
    for token in TOKEN.findall(text):
        parts = [token] if text_width(token) <= most else list(token)
        for part in parts:
            joins = part[0] in JOINS_BEFORE or (pieces and pieces[-1][-1] in JOINS_AFTER)
            if pieces and joins and text_width(pieces[-1] + part) <= most:
                pieces[-1] += part
            else:
                pieces.append(part)
    return pieces


def _fill_lines(text: str, most: int) -> tuple[str, ...]:
    lines = [""]
    for character in text:
        if text_width(lines[-1] + character) > most:
            lines.append("")
        lines[-1] += character
    return tuple(lines)
