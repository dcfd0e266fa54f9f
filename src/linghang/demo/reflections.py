"""P13: study lists of four levels of leaders, 105 in the full size, and over a thousand reflections."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random

from linghang.accounts.models import User
from linghang.demo import world
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Appointment, Person
from linghang.platform.calendar import clock
from linghang.study import api as study
from linghang.worklists import api as worklists
from linghang.worklists.models import Assignment, Item, Worklist

TEMPLATE = "personal-study-list"
LISTS = 105  # of the full bureau; deputy secretaries make up what is missing
DEPUTY = "deputy_secretary"
FULL, SMALL = 1040, 60  # reflections
SUBJECTS = (
    "读党章", "学支部工作条例", "学安全生产法", "学供电营业规则", "学优化营商环境条例", "听微党课",
    "读书班", "到兄弟支部学习", "学身边榜样", "主题党日", "学电力法", "调研台区",
)  # fmt: skip
OPENINGS = (
    "这次学习让我重新想了想自己手里的活。",
    "读的时候我一直在对照班组的实际。",
    "最打动我的不是道理，而是身边人的做法。",
    "过去总觉得条文离现场远，这回发现并不远。",
    "和同事讨论以后，我改了原来的看法。",
    "我把书带到值班室，断断续续读了两遍。",
    "听完以后我先给师傅打了个电话。",
    "有一句话我抄在了工作本的第一页。",
    "说实话，开始时我并没有太当回事。",
    "带着上个月那次抢修的问题去学，收获不一样。",
    "我负责的片区老人多，读到服务一节很有共鸣。",
    "第二次读，读出了第一次没有的东西。",
)
MIDDLES = (
    "我想到{unit}去年夏天的那次跳闸，如果当时多问一句，用户就能少停半小时。",
    "工作票上的每一个字都连着人，签名不是手续，是承诺。",
    "支部讨论不能只听书记讲，青工的话往往最接近现场。",
    "客户问的其实只有一句：什么时候来电。我们要学会把话说明白。",
    "批评要当面讲，讲完还要一起想办法，这样才有用。",
    "材料写得再好，不如把一个老旧台区真正改好。",
    "规矩不是给别人定的，我自己就有两处没有做到。",
    "年轻人愿意学，但要有人带，{unit}的师徒结对应当真带。",
    "省下开会的时间，多去一次现场，群众感受得到。",
    "责任区挂牌容易，牌子后面有人管才难。",
    "我算了一笔账，一次误操作的代价抵得上全班一年的小心。",
    "党员身份不在胸前，在别人最难的时候你在不在。",
)
CLOSINGS = (
    "下一步我先把自己片区的隐患过一遍。",
    "我和班长商量好，下周试着换一种交底的办法。",
    "年底前争取解决两户低电压。",
    "我想请没有参加的同事也看看这一段。",
    "写下来是为了半年后回头看自己做到没有。",
    "{unit}正在改的工单流程，我想主动参加。",
    "从明天的早会开始，我少说套话，多说问题。",
    "先改自己这一处，再去说别人。",
    "我会把这个办法讲给新来的同事听。",
    "能做到的不多，但这一件我能做到。",
    "请支部监督。",
    "希望下次讨论时大家都带一个真问题来。",
)


def build(
    *,
    units: dict[str, Unit],
    persons: dict[str, Person],
    bureau: world.Bureau,
    today: date,
    full: bool,
) -> None:
    """Issue the study lists at the year's start, let most be done, and publish reflections."""
    random = Random(f"reflections-{bureau.size.code}")
    committee = units[bureau.committee]
    officer = User.objects.filter(
        person__appointments__unit=committee, person__appointments__post="officer"
    ).order_by("pk")[0]
    worklist = _issue(committee, officer, today)
    _do(worklist.items.all(), today, random)
    worklists.hand_over_posts()  # as every night: whoever holds a post by now
    if full:
        missing = LISTS - _count_lists(worklist)
        _appoint_deputies(units, persons, bureau, missing)
        _do(_ask_deputies(worklist, officer, today), today, random)
    _publish(units, persons, bureau, today, FULL if full else SMALL, random)


def _count_lists(worklist: Worklist) -> int:
    """Return how many have a list: a person at a level."""
    rows = Assignment.objects.filter(worklist=worklist).exclude(state="withdrawn").order_by()
    return rows.values("item__section", "person_id").distinct().count()


def _appoint_deputies(
    units: dict[str, Unit], persons: dict[str, Person], bureau: world.Bureau, number: int
) -> None:
    """Give the largest branches a deputy secretary, as many as the level of secretaries lacks."""
    largest = sorted(bureau.branches, key=lambda b: (-len(b.members), b.name))[: max(0, number)]
    people.appoint_people(
        [
            people.AppointmentDraft(
                person=persons[next(m.name for m in branch.members if m.full_on and not m.posts)],
                unit=units[branch.name],
                post=DEPUTY,
                valid_from=branch.term_from,
                basis="选举结果批复",
            )
            for branch in largest
        ],
        actor=None,
    )


def _issue(committee: Unit, officer: User, today: date) -> Worklist:
    """Issue the template to the posts that are held."""
    held = set(
        Appointment.objects.filter(
            unit__path__startswith=committee.path, valid_to=None
        ).values_list("post_id", flat=True)
    )
    template = worklists.list_template_items(TEMPLATE, today.year)
    with clock.stand_on(min(today, date(today.year, 1, 12))):
        return worklists.issue_list(
            title=f"{today.year}年学思清单",
            kind="learning",
            issuer=committee,
            items=[item for item in template if item.post in held],
            actor=officer,
            basis="本单位做法：学思清单",
            template=TEMPLATE,
            valid_from=date(today.year, 1, 1),
            valid_to=date(today.year, 12, 31),
        )


def _ask_deputies(worklist: Worklist, officer: User, today: date) -> list[Item]:
    """Add for deputies what secretaries are asked, at the same level."""
    template = worklists.list_template_items(TEMPLATE, today.year)
    items = [replace(item, post=DEPUTY) for item in template if item.post == "secretary"]
    with clock.stand_on(min(today, date(today.year, 1, 12))):
        return worklists.add_items(worklist=worklist, items=items, actor=officer)


def _do(items: Iterable[Item], today: date, random: Random) -> None:
    by_day: dict[date, list[Assignment]] = defaultdict(list)
    for task in Assignment.objects.filter(item__in=items, due_on__lte=today).order_by("pk"):
        if random.random() < 0.93:
            by_day[task.due_on.replace(day=random.choice((10, 20)))].append(task)
    for day, tasks in sorted(by_day.items()):
        with clock.stand_on(day):
            worklists.finish_tasks(
                results=[worklists.TaskResult(t, day, "已学，见支部记录。", "") for t in tasks],
                actor=None,
            )


def _publish(
    units: dict[str, Unit],
    persons: dict[str, Person],
    bureau: world.Bureau,
    today: date,
    number: int,
    random: Random,
) -> None:
    homes = [(branch, member) for branch in bureau.branches for member in branch.members]
    drafts = []
    for n in range(number):
        branch, member = homes[(n * 7) % len(homes)]
        drafts.append(
            study.ReflectionDraft(
                author=persons[member.name],
                unit=units[branch.name],
                title=f"{random.choice(SUBJECTS)}有感",
                text=_write(branch.business_unit, random),
                audience="bureau" if random.random() < 0.4 else "branch",
                on=today - timedelta(days=random.randrange(2, 300)),
            )
        )
    study.bring_in_reflections(drafts=drafts, actor=None)


def _write(unit: str, random: Random) -> str:
    parts: Sequence[str] = (
        random.choice(OPENINGS),
        random.choice(MIDDLES),
        random.choice(CLOSINGS),
    )
    return "".join(parts).format(unit=unit)
