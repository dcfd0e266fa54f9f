"""Parsers of single cells: what a person typed becomes a value, or an exact fault with its remedy.

Every parser is a `Parser`: it takes what python-calamine read (str, float, int, bool, date, datetime, None)
and returns a value or raises `CellFault`. Blank cells never reach a parser: the framework asks `Parser.is_blank`
first, so that "无", "—" and an empty cell mean the same for every column.
"""

from linghang.platform.sheets.cells.choices import Choices, choice, unknown_choice, yes_no
from linghang.platform.sheets.cells.days import day, month
from linghang.platform.sheets.cells.numbers import hundredths, integer
from linghang.platform.sheets.cells.parser import (
    BLANK_WORDS,
    ONLY_EMPTY,
    Cell,
    Parser,
    folded,
    key_of,
    masked,
    match_key,
    written,
)
from linghang.platform.sheets.cells.persons import (
    identity_birth_date,
    identity_check_character,
    identity_is_male,
    identity_number,
    names,
    names_with_reasons,
    phone,
)
from linghang.platform.sheets.cells.texts import name, text

__all__ = [
    "BLANK_WORDS",
    "ONLY_EMPTY",
    "Cell",
    "Choices",
    "Parser",
    "choice",
    "day",
    "folded",
    "hundredths",
    "identity_birth_date",
    "identity_check_character",
    "identity_is_male",
    "identity_number",
    "integer",
    "key_of",
    "masked",
    "match_key",
    "month",
    "name",
    "names",
    "names_with_reasons",
    "phone",
    "text",
    "unknown_choice",
    "written",
    "yes_no",
]
