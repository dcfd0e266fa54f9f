"""Codes of national standards that roster forms carry in place of words."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from linghang.platform.sheets.cells import Cell, Parser, folded, name, written
from linghang.platform.sheets.faults import CellFault

ETHNIC_GROUPS = dict(
    enumerate(
        [
            "汉族",
            "蒙古族",
            "回族",
            "藏族",
            "维吾尔族",
            "苗族",
            "彝族",
            "壮族",
            "布依族",
            "朝鲜族",
            "满族",
            "侗族",
            "瑶族",
            "白族",
            "土家族",
            "哈尼族",
            "哈萨克族",
            "傣族",
            "黎族",
            "傈僳族",
            "佤族",
            "畲族",
            "高山族",
            "拉祜族",
            "水族",
            "东乡族",
            "纳西族",
            "景颇族",
            "柯尔克孜族",
            "土族",
            "达斡尔族",
            "仫佬族",
            "羌族",
            "布朗族",
            "撒拉族",
            "毛南族",
            "仡佬族",
            "锡伯族",
            "阿昌族",
            "普米族",
            "塔吉克族",
            "怒族",
            "乌孜别克族",
            "俄罗斯族",
            "鄂温克族",
            "德昂族",
            "保安族",
            "裕固族",
            "京族",
            "塔塔尔族",
            "独龙族",
            "鄂伦春族",
            "赫哲族",
            "门巴族",
            "珞巴族",
            "基诺族",
        ],
        start=1,
    )
)
"""GB/T 3304: the numbers 01 to 56."""

EDUCATION = {
    10: "研究生",
    11: "博士研究生",
    14: "硕士研究生",
    20: "大学本科",
    21: "大学本科",
    30: "大学专科",
    31: "大学专科",
    40: "中专",
    41: "中专",
    60: "高中",
    61: "高中",
    70: "初中",
    71: "初中",
    80: "小学",
    81: "小学",
}
"""GB/T 4658, the codes rosters use."""


def coded(words: dict[int, str], *, longest: int) -> Parser[str]:
    """Return a parser of a word, or of the number a national standard gives it; words stay as typed."""
    plain = name(longest=longest)

    def convert(raw: Cell) -> str:
        text = folded(written(raw))
        if not text.isdigit():
            return plain.convert(raw)
        if int(text) not in words:
            raise CellFault(
                "unknown_code",
                _("No word belongs to this code."),
                _("Write the word, or the code of the national standard."),
            )
        return words[int(text)]

    return Parser(convert)
