"""People on their way into the Party, each at another place of it, from an application to the vote."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from linghang.accounts.models import User
from linghang.demo import names, world
from linghang.membership import api as membership
from linghang.membership.models import Application
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.calendar import clock

# What was done, in days after the application; every interval is lawful.
WAY = (
    ("first_talk", 19),
    ("activist", 92),
    ("activist_filed", 101),
    ("contacts", 101),
    ("cultivation", 275),
    ("cultivation", 457),
    ("candidate", 470),
    ("candidate_filed", 480),
    ("introducers", 487),
    ("vetting", 510),
    ("training", 535),
    ("committee_review", 549),
    ("preliminary_review", 568),
    ("form", 573),
    ("admission_meeting", 588),
    ("approval_talk", 640),
)
# Days since the application; the second has waited too long for the first talk.
APPLIED = (10, 34, 95, 150, 300, 462, 485, 515, 552, 576, 605, 650)
STOPS_EARLY = {34: 0}  # how many steps were taken nevertheless
JOBS = ("配网运维", "变电检修", "抄表催费", "业扩报装", "输电巡视", "调控值班")


def build(
    *,
    units: dict[str, Unit],
    persons: dict[str, Person],  # noqa: ARG001  as every practice is built
    bureau: world.Bureau,
    today: date,
    full: bool,
) -> None:
    """Let one applicant a branch walk as far as the days allow; twelve of them, four in the small demo."""
    random = Random(f"membership-{bureau.size.code}")
    officer = User.objects.filter(
        person__appointments__unit=units[bureau.committee], person__appointments__post="officer"
    ).order_by("pk")[0]
    known = {member.name for branch in bureau.branches for member in branch.members}
    applied = APPLIED if full else APPLIED[1::3]
    for branch, days in zip(bureau.branches, applied, strict=False):
        name = _invent_name(random, known)
        _walk(units[branch.name], name, today - timedelta(days=days), today, officer, random)


def _invent_name(random: Random, known: set[str]) -> str:
    name = next(
        found
        for found in iter(lambda: random.choice(names.FAMILY) + random.choice(names.GIVEN), "")
        if found not in known
    )
    known.add(name)
    return name


def _walk(
    unit: Unit, name: str, applied_on: date, today: date, officer: User, random: Random
) -> Application:
    secretary = people.secretary_on(unit.pk, today)
    actor = secretary.user if secretary and secretary.user else officer
    with clock.stand_on(applied_on):
        application = membership.open_application(
            draft=membership.ApplicantDraft(
                unit=unit,
                applied_on=applied_on,
                name=name,
                sex=random.choice("12"),
                born_on=applied_on - timedelta(days=random.randint(22 * 366, 34 * 366)),
                job=random.choice(JOBS),
            ),
            actor=actor,
        )
    steps = WAY[: STOPS_EARLY.get((today - applied_on).days, len(WAY))]
    for step, after in steps:
        on = applied_on + timedelta(days=after)
        if on > today:
            break
        with clock.stand_on(on):
            membership.take_step(
                application=application,
                draft=_draft(step, on, unit),
                actor=officer if membership.find_step(step).by_superior else actor,
            )
    return application


def _draft(step: str, on: date, unit: Unit) -> membership.StepDraft:
    if step == "training":
        return membership.StepDraft(step=step, on=on, days=3, hours=24)
    voters = membership.list_full_members(unit, on)
    if step in {"contacts", "introducers"}:
        return membership.StepDraft(step=step, on=on, people=voters[:2])
    if step == "admission_meeting":
        came = len(voters) - len(voters) // 6
        return membership.StepDraft(
            step=step, on=on, entitled=len(voters), present=came, in_favour=came
        )
    return membership.StepDraft(step=step, on=on)
