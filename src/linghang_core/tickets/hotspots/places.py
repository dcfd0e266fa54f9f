"""Places named in Chinese text: communities, villages, streets, roads, towns, substation areas.

Found by the words they end in (小区, 路, 台区 …) and cut on the left where no name goes on. That is a
rule of thumb, not a gazetteer: a column of places, where there is one, is better.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from linghang_core.tickets.text import normalise

# Longer endings first, so that 花园小区 is one name.
ENDINGS = tuple(
    re.findall(
        r"\w+",
        "花园小区 小区 社区 花园 花苑 家园 嘉园 佳园 公寓 公馆 新村 新城 新苑 广场 大厦 庄园 名苑 雅苑 佳苑 山庄 学府 "
        "华府 豪庭 国际城 工业园 产业园 科技园 街道 大道 大街 巷子 胡同 台区 变电站 开闭所 配电房 安置区 苑 村 巷",
    )
)
# Endings of one character that another word may begin with (城市, 路灯 …): not before these.
OPEN_ENDINGS = {
    "湾": "区",
    "城": "市管乡镇区里",
    "镇": "政长静定",
    "乡": "亲村镇愁下",
    "路": "灯过由障况费",
    "街": "坊边头上",
}
LEFT_OUT = ("小区", "社区", "街道")
# A name neither contains these nor begins after anything else.
OUTSIDE = frozenset(
    "在到从于是的和与及住了着过对把被给向往由至距离离位叫就也都还但而却要请求望因为我你他她它您咱们这那该本此某各每全整"
    "自有无没不吗呢吧啊哦让使得能可会应将已经再又才只说问反映关咨询投诉市区县省州旗第几两多个条座栋幢号单元户期楼层"
    ",。、:;!?\"'()[]<>《》“”‘’…—-·~/| \t\n"
)
LONGEST = 6  # characters of a name before its ending
SHORTEST = 2
# What ends like a place and is none: alone, and at the end of a longer run too (供电线路).
ALONE = frozenset(
    ("新城", "老城", "全城", "花园小区", "新村", "一路", "小路", "大路", "老路", "新路", "老街")
)
GENERAL = tuple(
    re.findall(
        r"\w+",
        "马路 道路 公路 铁路 高速路 线路 电路 网路 水路 思路 出路 退路 半路 回路 短路 断路 支路 主路 辅路 修路 走路 让路 "
        "农村 乡村 城中村 自然村 行政村 山村 城镇 乡镇 村镇 集镇 上街 逛街 步行街 商业街 小巷 街巷 老旧小区 住宅小区 居民小区 "
        "附近小区 周边小区 高档小区 安置小区 业主小区 大型小区 住户小区 公租房小区 物业小区 电梯公寓 商业广场 文化广场 商城 县城 "
        "城乡 下乡 家乡 回乡",
    )
)
NUMBER = re.compile(r"[0-9]+")


def find_places(text: str) -> tuple[str, ...]:
    """Return the places named in a text, each once, in the order of their first naming."""
    found: dict[str, None] = {}
    clean = normalise(text)
    start = 0
    while True:
        match = _END.search(clean, start)
        if match is None:
            return tuple(found)
        name = _read_back(clean, start, match)
        if name is not None:
            found[name] = None
        start = match.end()


def are_alike(one: Collection[str], other: Collection[str]) -> bool:
    """Return whether two sets of shortened places have one in common: 滨河苑 is 伊景园滨河苑."""
    for a in one:
        for b in other:  # a loop, for this is asked a million times
            if a == b or a.endswith(b) or b.endswith(a):
                return True
    return False


def shorten(name: str) -> str:
    """Return the name without an ending that people leave out (小区, 社区, 街道)."""
    for ending in LEFT_OUT:
        if name.endswith(ending) and len(name) - len(ending) >= SHORTEST:
            return name[: -len(ending)]
    return name


_END = re.compile(
    "|".join(
        [
            *sorted(ENDINGS, key=len, reverse=True),
            *(f"{ending}(?![{after}])" for ending, after in OPEN_ENDINGS.items()),
        ]
    )
)


def _read_back(clean: str, start: int, match: re.Match[str]) -> str | None:
    """Return the name that ends here, read from its ending to the left."""
    begin = match.start()
    while begin > start and match.start() - begin < LONGEST and clean[begin - 1] not in OUTSIDE:
        begin -= 1
    stem = NUMBER.sub("", clean[begin : match.start()])
    name = stem + match.group()
    if len(stem) < SHORTEST or name in ALONE or name.endswith(GENERAL):
        return None
    return name
