"""Three special actions and 22 commitments of the main bureau, two of them again, with what people say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from linghang.accounts.models import User
from linghang.campaigns import api as campaigns
from linghang.campaigns.models import Campaign, Commitment, Template
from linghang.demo.world import Bureau
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang.rectification.models import ProblemBook
from linghang.worklists.models import Worklist

WORDS = {  # what people write with each mark
    3: ("很好，电压稳了。", "师傅态度好。", "解决了老问题。", ""),
    2: ("希望再快一点。", "办好了，等得久了些。", ""),
    1: ("说好的日子没有来。", "修了又坏，没人回访。", ""),
}
AGAIN = (1, 3)  # rows that were promised the year before too


def build(
    *,
    units: dict[str, Unit],
    persons: dict[str, Person],
    bureau: Bureau,
    today: date,
    full: bool,
) -> None:
    """Plan the actions and make the commitments of the packs, on past days, through the services."""
    root = units[bureau.committee]
    officer = User.objects.filter(
        person__appointments__unit=root, person__appointments__post="officer"
    ).order_by("pk")[0]
    _plan(root, officer, today)
    _promise(units, persons, bureau, officer, today, answers=30 if full else 12)


def _plan(root: Unit, officer: User, today: date) -> None:
    books = list(ProblemBook.objects.filter(root=root))
    lists = list(Worklist.objects.filter(root=root, kind="tasks")[:2])
    for number, template in enumerate(Template.objects.filter(shape="campaign", retired=False)):
        values = dict(template.values)
        begins = today - timedelta(days=120 - 30 * number)
        with clock.stand_on(begins):
            campaigns.plan_campaign(
                title=values["title"],
                root=root,
                starts_on=begins,
                ends_on=today + timedelta(days=20 + 30 * number),
                aim=values.get("aim", ""),
                kinds=values.get("kinds", ()),
                words=values.get("words", ""),
                lists=lists if number == 0 else (),
                books=books if number == 0 else (),
                goals=[
                    campaigns.GoalDraft(
                        goal["title"],
                        goal["kind"],
                        goal["target"] * 100,
                        at_most=goal["at_most"],
                        measure=goal["measure"],
                    )
                    for goal in values["goals"]
                ],
                actor=officer,
            )


def _promise(
    units: dict[str, Unit],
    persons: dict[str, Person],
    bureau: Bureau,
    officer: User,
    today: date,
    answers: int,
) -> None:
    random = Random("linghang-commitments")
    branches = [branch for branch in bureau.branches if branch.members]
    service = Campaign.objects.filter(title__contains="服务").first()
    began = today - timedelta(days=200)
    rows = list(Template.objects.filter(shape="commitment", retired=False))
    drafts = []
    for number, row in enumerate(rows):
        branch = branches[number % len(branches)]
        secretary = next((m for m in branch.members if "secretary" in m.posts), branch.members[0])
        drafts.append(
            campaigns.CommitmentDraft(
                title=row.values["title"],
                promise=row.values["promise"],
                beneficiaries=row.values["beneficiaries"],
                expected=row.values["expected"],
                unit=units[branch.name],
                leader=persons[secretary.name],
                campaign=service if number % 2 == 0 else None,
                due_on=began + timedelta(days=120 + 5 * number),
                is_public=True,
            )
        )
    again = _promise_earlier([drafts[number] for number in AGAIN], officer, random)
    with clock.stand_on(began):
        new = campaigns.promise(
            drafts=[draft for number, draft in enumerate(drafts) if number not in AGAIN],
            actor=officer,
        )
        made = sorted(
            new
            + [
                campaigns.carry_over(
                    commitment=earlier, due_on=drafts[number].due_on, actor=officer
                )
                for number, earlier in zip(AGAIN, again, strict=True)
            ],
            key=lambda commitment: (commitment.due_on, commitment.pk),
        )
    for number, commitment in enumerate(made):
        kept = number % 22 < 15
        day = min(commitment.due_on, today) - timedelta(days=random.randrange(2, 20))
        if number % 7 == 5:
            day = min(commitment.due_on + timedelta(days=9), today)  # kept late
        for share in (3, 6, 9) if kept else (3,):
            on = day - timedelta(days=9 - share)
            with clock.stand_on(on):
                campaigns.report_step(
                    commitment=commitment,
                    on=on,
                    text=f"完成{share * 10 + 10}%",
                    people=(commitment.expected or 10) // 3,
                    same_people=share == 6 and number % 4 == 0,
                    actor=officer,
                )
        if kept:
            with clock.stand_on(day):
                campaigns.keep_commitment(commitment=commitment, kept_on=day, actor=officer)
            for one in range(random.randrange(4, answers)):
                with clock.stand_on(min(day + timedelta(days=one % 20), today)):
                    _answer(commitment, random, f"10.20.{number}.{one}")


def _promise_earlier(
    drafts: list[campaigns.CommitmentDraft], officer: User, random: Random
) -> list[Commitment]:
    """Return the same promises as of the year before, kept and answered."""
    earlier = [
        replace(draft, due_on=draft.due_on.replace(year=draft.due_on.year - 1, day=1))
        for draft in drafts
    ]
    with clock.stand_on(min(draft.due_on for draft in earlier) - timedelta(days=90)):
        made = campaigns.promise(drafts=earlier, actor=officer)
    for number, commitment in enumerate(made):
        on = commitment.due_on - timedelta(days=6)
        with clock.stand_on(on):
            campaigns.report_step(
                commitment=commitment,
                on=on,
                text="全部完成",
                people=(commitment.expected or 10) * 4 // 5,
                kept=True,
                actor=officer,
            )
            for one in range(12):
                _answer(commitment, random, f"10.30.{number}.{one}")
    return made


def _answer(commitment: Commitment, random: Random, address: str) -> None:
    mark = random.choices((3, 2, 1), (14, 4, 1))[0]
    campaigns.answer(
        commitment=commitment, mark=mark, text=random.choice(WORDS[mark]), address=address
    )
