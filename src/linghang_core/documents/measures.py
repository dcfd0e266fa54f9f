"""The measures of GB/T 9704-2012 in the units of the file format.

Twips are 1/20 pt. The table with sources and reasons is docs/algorithms/official-documents.md; a
test compares it with this module.
"""

import unicodedata
from typing import Final

TWIPS_PER_MM: Final = 1440 / 25.4

PAGE_WIDTH: Final = 11906
PAGE_HEIGHT: Final = 16838
MARGIN_TOP: Final = 2098
MARGIN_BOTTOM: Final = 1984
MARGIN_LEFT: Final = 1588
MARGIN_RIGHT: Final = 1474
TYPE_AREA_WIDTH: Final = PAGE_WIDTH - MARGIN_LEFT - MARGIN_RIGHT
TYPE_AREA_HEIGHT: Final = PAGE_HEIGHT - MARGIN_TOP - MARGIN_BOTTOM

LINES: Final = 22
CHARACTERS: Final = 28
# The largest whole pitches with which 22 lines and 28 characters still fit: 29 pt (580 twips)
# would need 12,760 twips and push the 22nd line out, -848 the 28th character.
LINE_PITCH: Final = TYPE_AREA_HEIGHT // LINES
CHARACTER_SPACE: Final = -849  # 1/4096 pt added to 16 pt, in the document grid
BODY_TRACKING: Final = -6  # twips added to each character of 16 pt, see package.py
CHARACTER_PITCH: Final = TYPE_AREA_WIDTH / CHARACTERS

TITLE_FONT: Final = "方正小标宋简体"
BODY_FONT: Final = "仿宋_GB2312"
KAITI_FONT: Final = "楷体_GB2312"
HEITI_FONT: Final = "黑体"
SONG_FONT: Final = "宋体"

SIZE_2: Final = 22.0  # 二号
SIZE_3: Final = 16.0  # 三号
SIZE_4: Final = 14.0  # 四号
SIZE_SMALL_4: Final = 12.0  # 小四
SIZE_5: Final = 10.5  # 五号

RED: Final = "FF0000"
MARK_TOP: Final = round(35 * TWIPS_PER_MM)
MARK_LARGEST: Final = 42.0  # pt: 15 mm wide, the most the standard recommends
MARK_LINE: Final = 1.2  # line height of the mark in ems …
MARK_INK: Final = 0.12  # … at which its strokes begin so many ems below the line's top
MARK_BLANK_LINES: Final = 2
RED_LINE_GAP: Final = 11  # pt: 4 mm
RED_LINE_WIDTH: Final = 16  # eighths of a point
TITLE_BLANK_LINES: Final = 2
TITLE_CHARACTERS: Final = 20  # full-width characters of 22 pt that fit in 156 mm

PAGE_NUMBER_LINE: Final = 320  # twips, exact
# Half a line higher than 7 mm, since the dash stands in the middle of its line.
FOOTER_DISTANCE: Final = (
    MARGIN_BOTTOM - round(7 * TWIPS_PER_MM) + PAGE_NUMBER_LINE // 2 - PAGE_NUMBER_LINE
)
HEADER_DISTANCE: Final = 851

SEAL_INDENT: Final = 4.0  # characters right of the date
PLAIN_INDENT: Final = 2.0
SEAL_BLANK_LINES: Final = 2

IMPRINT_OUTER_RULE: Final = round(0.35 * TWIPS_PER_MM)
IMPRINT_INNER_RULE: Final = round(0.25 * TWIPS_PER_MM)
LEAST_LINE: Final = 20  # twips, for a paragraph that only the file format asks for
TABLE_RULE: Final = 4
TABLE_CELL_MARGIN: Final = 85


def text_width(text: str) -> float:
    """Return the width in full-width characters; a Latin letter or digit is half of one."""
    return sum(
        0.5 if unicodedata.east_asian_width(character) in {"Na", "H", "N"} else 1.0
        for character in text
    )


def to_twips(points: float) -> int:
    """Return the twips of a length in points."""
    return round(points * 20)


def characters_to_twips(characters: float) -> int:
    """Return the twips of that many characters of the body grid."""
    return round(characters * CHARACTER_PITCH)
