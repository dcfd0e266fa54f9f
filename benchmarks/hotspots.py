"""How long repeats and hot spots of invented tickets take, and how much memory.

    python benchmarks/hotspots.py [--tickets 100000] [--what repeats] [--what hotspots]

Each part runs in a process of its own, so that its peak of memory is its own. Prints wall time, CPU
time and peak memory; never fails on them.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import re
import resource
import time
from typing import Any

import pandas as pd

from linghang_core.tickets.hotspots import find_hotspots
from linghang_core.tickets.records import Tickets, read_tickets
from linghang_core.tickets.repeats import find_repeats

NAMES = "星月云松柏竹兰桂枫柳荷梅清澄明朗安宁康泰和顺福瑞祥吉永丰盛华锦绣春秋晓晨曦霞岚溪泉湖江海山岭峰石玉珠金银"
KINDS = ("小区", "花园", "新村", "家园", "公寓", "村", "路", "街道", "苑", "新城")
PROBLEMS = (
    ("频繁停电", "这个月已经停电好几次", "刚来电没多久又跳闸", "晚上照明和空调全部停了"),
    ("电压偏低", "灯光忽明忽暗", "空调启动不了", "电饭锅煮不熟饭", "用电高峰电压不足两百伏"),
    ("变压器噪声", "嗡嗡声整夜不停", "老人无法入睡", "离窗户只有几米远", "担心电磁辐射"),
    ("电费异常", "账单比上月高出一倍", "家里没有人居住", "怀疑电表走得快", "要求校验电能表"),
    ("电线杆倾斜", "雨后泥土松动", "随时可能倒下", "孩子上学从旁边经过", "十分危险"),
    ("充电桩报装", "物业不同意盖章", "申请提交半个月没有回复", "线路容量不够", "车位在地下二层"),
    ("施工占道", "沟槽挖开没有回填", "围挡没有灯", "夜里有人骑车摔倒", "灰尘很大"),
    ("欠费复电", "已经缴清费用", "二十四小时仍未送电", "客服电话一直占线", "冰箱食物坏了"),
    ("树障隐患", "树枝碰到导线", "刮风时冒火花", "多次反映无人修剪", "希望尽快砍伐"),
    ("抄表差错", "表底数与账单不一致", "抄表员没有上门", "要求退还多收电费", "需要书面说明"),
)
FILLERS = (
    "您好",
    "本人是这里的住户",
    "打过几次电话",
    "工作人员说会处理",
    "到现在没有结果",
    "希望领导重视",
    "请给一个明确答复",
    "邻居们都很着急",
    "我们商量后写了这封信",
    "谢谢",
    "家中有学生备考",
    "开店做生意损失不小",
    "物业推给供电所",
    "供电所推给物业",
    "上次来看过一眼就走了",
    "照片已经发给网格员",
    "附近几栋都一样",
)
WORDS = tuple(
    re.findall(
        r"\w+",
        "今天 昨天 前天 上周 早上 中午 傍晚 深夜 楼道 电梯 地下室 门口 围墙 商铺 学校 菜场 厨房 客厅 水泵 路灯 "
        "开关 插座 电缆 表箱 空开 合同 短信 公告 微信群 网格 院子 车棚 房东 租户 店主 师傅 经理 主任 "
        "检修 抢修 巡视 更换 改造 扩容 停运 恢复 登记 预约 回访 解释 道歉 赔偿 核实 拍照 录像 测量 记录 排队",
    )
)


def build_tickets(number: int, seed: int = 1) -> pd.DataFrame:
    """Return invented tickets: a fifth are copies, half of those with a few characters changed."""
    dice = random.Random(seed)
    places = ["".join(dice.sample(NAMES, 2)) + dice.choice(KINDS) for _ in range(1500)]
    texts: list[str] = []
    for _ in range(number):
        if texts and dice.random() < 0.2:
            texts.append(
                edit(dice.choice(texts), dice) if dice.random() < 0.5 else dice.choice(texts)
            )
        else:
            texts.append(write(dice, places))
    days = pd.Timestamp("2025-01-01") + pd.to_timedelta(
        sorted(dice.random() * 365 for _ in texts), unit="D"
    )
    return pd.DataFrame(
        {
            "id": [f"W{n:06}" for n in range(number)],
            "text": texts,
            "time": days.strftime("%Y-%m-%d %H:%M:%S"),
            "customer": [f"C{dice.randrange(number * 2 // 3)}" for _ in texts],
            "likes": [int(dice.paretovariate(1.2)) - 1 for _ in texts],
        }
    )


def write(dice: random.Random, places: list[str]) -> str:
    """Return one invented ticket of about 120 characters."""
    problem = dice.choice(PROBLEMS)
    place = places[min(int(dice.paretovariate(0.6)), len(places)) - 1]
    said = [f"{place}{dice.randrange(1, 40)}栋{problem[0]}", *dice.sample(problem[1:], 3)]
    said += dice.sample(FILLERS, 4)
    said += ["".join(dice.sample(WORDS, 4)) for _ in range(5)]
    head, rest = said[0], said[1:]
    dice.shuffle(rest)
    return ",".join([head, *rest]) + "。"


def edit(text: str, dice: random.Random) -> str:
    """Return the text with one to three characters changed, dropped or added."""
    letters = list(text)
    for _ in range(dice.randint(1, 3)):
        place = dice.randrange(len(letters))
        letters[place] = dice.choice(["", letters[place] + "了", dice.choice(NAMES)])
    return "".join(letters)


def measure(what: str, number: int) -> None:
    """Run one part and print what it took."""
    table = build_tickets(number)
    columns = {"text": "text", "id": "id", "customer": "customer"}
    if what == "hotspots":
        columns |= {"time": "time", "likes": "likes"}
    wall, cpu = time.perf_counter(), time.process_time()
    tickets = read_tickets(table, **columns)
    found = run(what, tickets)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    print(
        f"{what:10}{number:8} tickets {found:7} found{wall:8.1f} s wall{cpu:8.1f} s CPU{peak:6.2f} GB"
    )


def run(what: str, tickets: Tickets) -> Any:
    """Return how many groups or topics were found."""
    if what == "repeats":
        return len(find_repeats(tickets).groups)
    return find_hotspots(tickets).found


def main() -> None:
    """Measure each part in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--what", action="append", choices=["repeats", "hotspots"])
    given = parser.parse_args()
    for what in given.what or ["repeats", "hotspots"]:
        part = multiprocessing.get_context("spawn").Process(
            target=measure, args=(what, given.tickets)
        )
        part.start()
        part.join()


if __name__ == "__main__":
    main()
