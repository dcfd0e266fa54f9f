"""P24: problems raised at the front over half a year, in every stage, by the people of a bureau."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from linghang.demo import world
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang.routing import api as routing
from linghang.routing.models import Case, Category

CHINA = ZoneInfo("Asia/Shanghai")
MAIN = "hw"
DAYS = 182
MANY = 40
WAY = ("raised", "accepted", "assigned", "solving", "answered", "confirmed")
SOLVING = WAY.index("solving")
DECLINED = "请直接联系综合服务中心，不属派发范围"
REFUSED = "回去看过，还没有彻底解决"
HANDED = {"reason": "属对方专业范围", "actor": None}

# Category, urgency, what is raised, what was done about it.
RAISED = (
    ("outage", "soon", "{place}三组夜间电压低，空调带不动", "已调整分接头并更换三相不平衡表箱"),
    ("equipment", "urgent", "{place}北街环网柜有放电声", "已停电更换电缆终端头"),
    ("connection", "ordinary", "农机合作社申请增容，等了两周没有回音", "已现场勘查并接电"),
    ("safety", "urgent", "{place}线路下方新栽杨树，最近处不足两米", "已与村委会协商修剪"),
    ("material", "soon", "绝缘手套即将到期，仓库没有库存", "已调拨二十双并补报计划"),
    ("systems", "ordinary", "巡视记录在两个系统里各填一遍", "已打通接口，只填一次"),
    ("outage", "urgent", "{place}养鱼户一周停电三次", "已消除分支线缺陷并装设自动开关"),
    ("staff", "ordinary", "夜班人员吃不上热饭", "食堂已增设夜班餐"),
    ("equipment", "soon", "{place}变台油位偏低", "已补油并处理渗漏点"),
    ("connection", "soon", "充电站报装图纸反复退回", "已安排专人一次告知"),
    ("safety", "soon", "施工围挡占住消防通道", "已督促施工单位当日清理"),
    ("systems", "soon", "移动作业终端经常掉线", "已更换终端卡并升级程序"),
    ("outage", "ordinary", "{place}路灯线路与村民房屋太近", "已迁改线路四十米"),
    ("material", "ordinary", "验电器数量不够，班组之间借来借去", "已按班组配齐"),
    ("equipment", "ordinary", "{place}计量箱门锁损坏", "已更换箱门"),
    ("staff", "soon", "新进员工没有带电作业培训名额", "已列入第四季度培训班"),
    ("connection", "ordinary", "老旧小区客户怀疑表计走快", "已校验，误差合格并向客户说明"),
    ("systems", "ordinary", "月报和周报数据口径不同，要重复核对", "已统一口径并合并报表"),
    ("outage", "soon", "{place}卫生院要求双电源", "已制定方案并装设应急接口"),
    ("safety", "ordinary", "{place}采石场爆破影响杆塔基础", "已加固基础并签订告知书"),
)


@dataclass
class _Story:
    """How far a case goes and what happens on its way; hours are working hours."""

    days_ago: int
    until: str = "confirmed"
    hand_overs: int = 0
    refused: bool = False
    slow: float = 1.0
    reopened: bool = False
    urgency: str = ""  # else as it stands with the text


def build(
    *,
    units: dict[str, Unit],
    persons: dict[str, Person],
    bureau: world.Bureau,
    today: date,
    full: bool,
) -> None:
    """Raise problems through half a year and bring each as far as its story goes."""
    random = Random(f"routing-{bureau.size.code}")
    teller = _Teller(units, persons, bureau, random)
    size = (MANY if bureau.size.code == MAIN else 4) if full else 14
    for number, story in enumerate(_invent_stories(size, random)):
        teller.tell(number, story, today)


def _invent_stories(size: int, random: Random) -> list[_Story]:
    """Return the stories, the oldest first; the last ones are still under way, in every stage."""
    waiting = [
        _Story(26, "solving", hand_overs=1),  # late: stands before the back office
        _Story(8, "answered", urgency="ordinary", slow=0.5),
        _Story(6, "solving", urgency="ordinary"),
        _Story(3, "assigned", urgency="ordinary"),
        _Story(3, "merged", urgency="ordinary"),
        _Story(2, "accepted", urgency="ordinary"),
        _Story(1, "raised", urgency="ordinary"),
    ][-max(3, size // 2) :]
    if size >= MANY:
        waiting += [
            _Story(7, "solving", refused=True),
            _Story(5, "answered", urgency="ordinary", slow=0.3),
            _Story(1, "raised", urgency="soon"),
        ]
    ended = []
    for number in range(size - len(waiting)):
        story = _Story(random.randrange(32, DAYS))
        story.slow = random.choice((0.4, 0.6, 0.8, 0.9, 1.3))
        story.hand_overs = random.choices((0, 1, 3), (78, 18, 4))[0]
        story.refused = random.random() < 0.12
        story.reopened = number == 5
        if number % 13 == 12:
            story.until = "declined"
        ended.append(story)
    return sorted([*ended, *waiting], key=lambda story: -story.days_ago)


@dataclass(frozen=True)
class _Step:
    """One act of a story, so many working hours after the one before."""

    hours: float
    act: Callable[..., Case]
    values: Callable[[Case], dict[str, Any]]


def _answer(hours: float, text: str) -> _Step:
    return _Step(hours, routing.answer_case, lambda _c: {"answer": text, "actor": None})


class _Teller:
    """Knows the people of a bureau and lets them act, each at a moment of working time."""

    def __init__(
        self,
        units: dict[str, Unit],
        persons: dict[str, Person],
        bureau: world.Bureau,
        random: Random,
    ) -> None:
        self.units, self.persons, self.bureau, self.random = units, persons, bureau, random
        keys = [person.pk for person in persons.values()]
        rows = Person.objects.filter(pk__in=keys, user__isnull=False).select_related("user")
        self.users = {row.pk: row.user for row in rows}
        self.categories = {row.code: row for row in Category.objects.filter(retired=False)}
        self.officer = self._user(next(m for m in bureau.leaders if "officer" in m.posts))
        stations = [branch for branch in bureau.branches if branch.kind == "station"]
        self.home, self.fronts = stations[0], stations or bureau.branches
        self.by_unit = {units[branch.name].pk: branch for branch in bureau.branches}
        self.now = clock.now()

    def tell(self, number: int, story: _Story, today: date) -> None:
        """Raise one problem and let it go its way."""
        code, urgency, text, answer = RAISED[number % len(RAISED)]
        front = self.home if story.until != "confirmed" else self.random.choice(self.fronts)
        member = next((m for m in front.members if not m.posts), front.members[0])
        place = self.units[front.business_unit]
        twin = self._twin(self.units[front.name]) if story.until == "merged" else None
        if twin is not None:
            text, code = f"{twin.text}，又有一户反映", twin.category.code
        moment = self._opening(today - timedelta(days=story.days_ago))
        draft = routing.CaseDraft(
            text=text.format(place=front.business_unit.removesuffix("供电所")),
            category=self.categories[code],
            front=self.units[front.name],
            urgency=story.urgency or urgency,
            place=place,
            person=self.persons[member.name],
        )
        with clock.stand_at(moment):
            case = routing.raise_case(draft=draft, actor=self._user(member))
        self._go_on(case, story, answer, self._user(member))

    def _go_on(self, case: Case, story: _Story, answer: str, front: Any) -> None:
        for step in self._plan(case, story, answer, front):
            case = self._act(step.hours, case, step.act, **step.values(case))

    def _plan(self, case: Case, story: _Story, answer: str, front: Any) -> list[_Step]:
        """Return the acts of a story in order, from the first after raising."""
        officer = self.officer
        if story.until == "declined":
            return [
                _Step(2, routing.decline_case, lambda _c: {"reason": DECLINED, "actor": officer})
            ]
        if story.until == "merged":
            into = {"into": self._twin(case.front), "actor": officer}
            return [_Step(2, routing.merge_case, lambda _c: into)] * (into["into"] is not None)
        reach = WAY.index(story.until)
        plan = [
            _Step(1.5, routing.accept_case, lambda _c: {"actor": officer}),
            _Step(1, routing.assign_case, lambda c: {"unit": self._best(c), "actor": officer}),
            *[
                _Step(4, routing.hand_over_case, lambda c: {"unit": self._another(c), **HANDED})
                for _time in range(story.hand_overs)
            ],
            _Step(3, routing.take_up_case, lambda c: {"person": self._hand(c), "actor": None}),
        ][: reach if reach < SOLVING else None]
        if reach < SOLVING or (reach == SOLVING and not story.refused):
            return plan
        hours = story.slow * (13 if case.urgency == "urgent" else 30)
        plan.append(_answer(hours, answer))
        if story.refused:
            plan.append(
                _Step(3, routing.reject_answer, lambda _c: {"reason": REFUSED, "actor": front})
            )
            plan += [_answer(5, f"{answer}，已复核")] * (reach > SOLVING)
        confirm = _Step(4, routing.confirm_case, lambda _c: {"actor": front})
        if reach == len(WAY) - 1:
            plan.append(confirm)
        if story.reopened:
            again = {"reason": "同样的问题又出现", "actor": front}
            plan.append(_Step(40, routing.reopen_case, lambda _c: again))
            plan += [_answer(9, f"{answer}，并查明原因"), confirm]
        return plan

    def _twin(self, front: Unit) -> Case | None:
        """Return the last case of the front that is being solved: a like one is merged into it."""
        solving = Case.objects.filter(stage="solving", front=front).select_related("category")
        return solving.order_by("-pk").first()

    def _best(self, case: Case) -> Unit:
        suggested = routing.suggest_units(case)
        return suggested[0].unit if suggested else self._another(case)

    def _hand(self, case: Case) -> Person:
        assert case.unit is not None
        return self.persons[self.random.choice(self.by_unit[case.unit.pk].members).name]

    def _act(self, hours: float, case: Case, act: Callable[..., Case], **values: Any) -> Case:
        """Let an act happen so many working hours after the last one, but never after now."""
        since = case.ended_at or case.stage_since
        moment = routing.CLOCK.add(since, timedelta(hours=hours)).at
        with clock.stand_at(min(moment, self.now)):
            return act(case=case, **values)

    def _another(self, case: Case) -> Unit:
        others = [
            self.units[branch.name]
            for branch in self.bureau.branches
            if self.units[branch.name].pk not in {case.unit_id, case.front_id}
        ]
        return self.random.choice(others)

    def _opening(self, day: date) -> datetime:
        """Return a moment in the working hours of the day, or of the working day before it."""
        while not routing.CLOCK.calendar.is_working_day(day):
            day -= timedelta(days=1)
        at = time(self.random.choice((8, 9, 10, 14, 15)), self.random.choice((35, 40, 50)))
        return datetime.combine(day, at, CHINA)

    def _user(self, member: world.Member) -> Any:
        return self.users.get(self.persons[member.name].pk)
