"""Identity numbers, telephone numbers and lists of persons."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from operator import mul

from django.utils.translation import gettext_noop as _

from linghang.platform.sheets.cells.parser import (
    BLANK_WORDS,
    DASHES,
    INVISIBLE,
    NAME_DOTS,
    Cell,
    Parser,
    folded,
    written,
)
from linghang.platform.sheets.faults import CellFault, Severity

_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
_ID_OFFSET = ord("0") * sum(_ID_WEIGHTS)  # bytes count from the code of "0"
_CHECK_DIGITS = _("Compare the number with the identity card, digit by digit.")


def _identity_number(raw: Cell) -> str:
    if isinstance(raw, float) and raw >= 1e15:
        raise CellFault(
            "digits_lost",
            _("Excel has stored this as a number and lost its last digits."),
            _("Format the column as text and type the number again."),
        )
    value = (
        raw
        if type(raw) is str and len(raw) == 18 and raw.isascii() and raw.isdigit()
        else folded(written(raw))
        .translate(DASHES)
        .replace(" ", "")
        .replace("-", "")
        .strip("'`‘’")
        .upper()
    )
    if len(value) == 15 and value.isdigit():
        raise CellFault(
            "identity_15",
            _("Numbers of 15 digits are no longer valid."),
            _("Write the number of 18 digits."),
        )
    if len(value) != 18:
        raise CellFault(
            "identity_length",
            _("An identity number has 18 characters; here are %(length)s."),
            _CHECK_DIGITS,
            length=len(value),
        )
    if not (value.isascii() and value[:17].isdigit() and (value[17].isdigit() or value[17] == "X")):
        raise CellFault(
            "identity_characters",
            _("An identity number has 17 digits and a digit or X."),
            _CHECK_DIGITS,
        )
    try:
        date(int(value[6:10]), int(value[10:12]), int(value[12:14]))
    except ValueError:
        raise CellFault(
            "identity_birth",
            _("The date of birth inside the identity number does not exist."),
            _CHECK_DIGITS,
        ) from None
    if identity_check_character(value) != value[17]:
        raise CellFault(
            "identity_check", _("The check digit of the identity number is wrong."), _CHECK_DIGITS
        )
    return value


def identity_number() -> Parser[str]:
    """Return a parser of citizens' identity numbers (GB 11643: check character by ISO 7064 mod 11-2).

    The area code is not compared with a list: districts are renamed and merged, and an unknown one must not
    stop a person's record.
    """
    return Parser(_identity_number, kind="identity")


def identity_check_character(number: str) -> str:
    """Return the check character that belongs behind the first 17 digits."""
    return _ID_CHECKS[(sum(map(mul, _ID_WEIGHTS, number.encode())) - _ID_OFFSET) % 11]


def identity_birth_date(number: str) -> date:
    """Return the date of birth inside a checked identity number."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def identity_is_male(number: str) -> bool:
    """Return whether a checked identity number is a man's (its 17th digit is odd)."""
    return ord(number[16]) % 2 == 1


_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(010|02\d|0[3-9]\d{2})(\d{7,8})")
_EXTENSION = re.compile(r"(?:转|ext\.?|x|#)(\d{1,6})$", re.IGNORECASE)


def _phone(raw: Cell) -> str:
    value = folded(written(raw)).translate(DASHES)
    value = re.sub(r"[\s\-()]", "", value)
    value = re.sub(r"^(?:\+|00)86", "", value)
    extension = _EXTENSION.search(value)
    digits = value[: extension.start()] if extension else value
    tail = f"-{extension[1]}" if extension else ""
    if _MOBILE.fullmatch(digits) and not tail:
        return digits
    if found := _LANDLINE.fullmatch(digits):
        return f"{found[1]}-{found[2]}{tail}"
    if re.fullmatch(r"[2-8]\d{6,7}", digits):
        return digits + tail
    raise CellFault(
        "not_a_phone",
        _("This is not a telephone number."),
        _(
            "Write a mobile number of 11 digits, or a line with its area code, for example 0599-1234567."
        ),
    )


def phone() -> Parser[str]:
    """Return a parser of telephone numbers: mobile as 11 digits, lines as 0599-1234567."""
    return Parser(_phone, kind="phone")


_BETWEEN = re.compile(r"[、，,;；/\n|]+")
_AND_OTHERS = re.compile(r"等(?:\d+[人名]|共?[一二三四五六七八九十\d]*[人名]?)$")


def _split_outside_brackets(value: str) -> list[str]:
    parts, depth, current = [], 0, ""
    for character in value:
        depth += (character == "(") - (character == ")")
        if depth <= 0 and _BETWEEN.match(character):
            parts.append(current)
            current, depth = "", 0
        else:
            current += character
    return [*parts, current]


def _split_at_spaces(piece: str) -> list[str]:
    """Return the names in a piece: "贺 春" is one name of two characters, "贺春 杨磊" are two names."""
    names: list[str] = []
    previous_single = False
    for token in piece.split():
        single = len(token) == 1
        if single and previous_single:
            names[-1] += token
        else:
            names.append(token)
        previous_single = single and not previous_single
    return names


def _people(raw: Cell, *, reasons: bool) -> list[tuple[str, str]]:
    value = (
        INVISIBLE.sub("", unicodedata.normalize("NFKC", written(raw))).translate(NAME_DOTS).strip()
    )
    incomplete = bool(_AND_OTHERS.search(value))
    value = _AND_OTHERS.sub("", value)
    found: dict[str, str] = {}
    for piece in _split_outside_brackets(value):
        bare, bracket, rest = piece.partition("(")
        reason = rest.rpartition(")")[0] or rest if bracket else ""
        for token in _split_at_spaces(bare):
            clean = token.strip(".。:")
            if clean and clean.lower() not in BLANK_WORDS:
                found.setdefault(clean, reason.strip())
    if not found:
        raise CellFault(
            "no_names", _("No name can be read here."), _("Write the names with 、 between them.")
        )
    people = list(found.items())
    if incomplete:
        raise CellFault(
            "names_incomplete",
            _("The list of names is cut short with 等."),
            _("Write every name; only those written are counted."),
            severity=Severity.WARN,
            value=tuple(people) if reasons else tuple(found),
        )
    return people


def names() -> Parser[tuple[str, ...]]:
    """Return a parser of several names in one cell, with 、 ， ; / or spaces between; doubles count once."""
    return Parser(lambda raw: tuple(n for n, _reason in _people(raw, reasons=False)), kind="names")


def names_with_reasons() -> Parser[tuple[tuple[str, str], ...]]:
    """Return a parser of 郝远明(探亲)、戚恒(值班) as pairs of name and reason ("" where none stands)."""
    return Parser(lambda raw: tuple(_people(raw, reasons=True)), kind="names")
