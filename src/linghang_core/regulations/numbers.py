"""Identity numbers (GB 11643) and unified credit codes (GB 32100): check digits and contents."""

import unicodedata
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from linghang_core.regulations.rules import Notice, RuleBook, Severity, load_rules

IDENTITY_CHECK = "10X98765432"  # ISO 7064 MOD 11-2
CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18


class Sex(StrEnum):
    """Sex as an identity number tells it; the codes of GB/T 2261.1 are 1 and 2."""

    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True)
class IdentityReading:
    """What an identity number says. Without a usable number all but the notices is None.

    `number` is left out of the representation, so that it cannot slip into a log.
    """

    number: str | None
    born_on: date | None
    sex: Sex | None
    notices: tuple[Notice, ...]

    def __repr__(self) -> str:
        """Return the notices only."""
        return f"IdentityReading({[notice.code for notice in self.notices]})"


def read_identity_number(text: str, rules: RuleBook | None = None) -> IdentityReading:
    """Return the number in its plain form with date of birth and sex, or the notice that blocks.

    Full-width digits, blanks and a small x are accepted. An unknown area code only warns.
    """
    number = _plain(text)
    if len(number) != LENGTH or not _are_digits(number[:17]) or number[17] not in IDENTITY_CHECK:
        return _unusable("identity.format")
    born_on = _read_date(number[6:14])
    if born_on is None:
        return _unusable("identity.birth_date")
    if number[17] != identity_check_digit(number[:17]):
        return _unusable("identity.check_digit")
    area = (rules or load_rules()).find("identity.area")
    notices: tuple[Notice, ...] = ()
    if number[:2] not in area.value["prefixes"]:
        notices = (
            Notice("identity.area_unknown", Severity.WARN, {"prefix": number[:2]}, area.basis),
        )
    sex = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
    return IdentityReading(number, born_on, sex, notices)


def compare_identity(
    reading: IdentityReading, *, born_on: date | None = None, sex: Sex | str | None = None
) -> tuple[Notice, ...]:
    """Return warnings where the given date of birth or sex differs from the identity number.

    Both warn only: the date in the personnel file may lawfully differ from the card.
    """
    found = []
    if born_on and reading.born_on and born_on != reading.born_on:
        dates = {"given": born_on.isoformat(), "found": reading.born_on.isoformat()}
        found.append(Notice("identity.birth_date_differs", Severity.WARN, dates))
    if sex and reading.sex and Sex(sex) is not reading.sex:
        found.append(Notice("identity.sex_differs", Severity.WARN, {}))
    return tuple(found)


def identity_check_digit(first: str) -> str:
    """Return the last character that belongs to the first 17 digits (MOD 11-2)."""
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(first))
    return IDENTITY_CHECK[total % 11]


def check_credit_code(text: str) -> tuple[Notice, ...]:
    """Return the notice that blocks a 统一社会信用代码 (credit code), nothing for a good one."""
    code = _plain(text)
    if len(code) != LENGTH or not set(code) <= set(CREDIT_CHARACTERS):
        return (Notice("credit_code.format", Severity.BLOCK, {}, "GB 32100-2015"),)
    if code[17] != credit_code_check_digit(code[:17]):
        return (Notice("credit_code.check_digit", Severity.BLOCK, {}, "GB 32100-2015"),)
    return ()


def credit_code_check_digit(first: str) -> str:
    """Return the last character that belongs to the first 17 of a credit code (MOD 31-3)."""
    total = sum(
        CREDIT_CHARACTERS.index(character) * pow(3, place, 31)
        for place, character in enumerate(first)
    )
    return CREDIT_CHARACTERS[-total % 31]


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _read_date(digits: str) -> date | None:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def _unusable(code: str) -> IdentityReading:
    return IdentityReading(None, None, None, (Notice(code, Severity.BLOCK, {}, "GB 11643-1999"),))
