"""Builds the demo through the services every other entry goes through."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction

from linghang.accounts import api as accounts
from linghang.accounts.models import User
from linghang.demo import (
    appraisal,
    assessment,
    care,
    contests,
    distinctions,
    dues,
    duties,
    elections,
    handbook,
    lectures,
    lists,
    logins,
    meetings,
    membership,
    pioneers,
    pipelines,
    records,
    reflections,
    research,
    results,
    routing,
    study,
    transfers,
    world,
    year,
)
from linghang.demo import campaigns as promises
from linghang.demo import diagnosis as checking
from linghang.demo import rectification as four_lists
from linghang.demo import supervision as examining
from linghang.library import api as library
from linghang.org import api as org
from linghang.org.enums import UnitKind
from linghang.org.models import Unit
from linghang.people import api as people
from linghang.people.models import Person
from linghang.platform.calendar import clock
from linghang.platform.tasks import services as jobs

MONTHS = 12
MAIN = "hw"  # the bureau that shows every practice in the size it has in the field
# Each builds one practice in the main bureau, in this order.
PRACTICES = (
    four_lists,
    lists,
    duties,
    routing,
    research,
    promises,
    checking,
    examining,
    meetings,
    membership,
    dues,
    elections,
    transfers,
    study,
    lectures,
    reflections,
    appraisal,
    pioneers,
    pipelines,
    handbook,
    care,
    contests,
    assessment,
)
EMPTY_BUREAU = "示范滨海供电公司"
Say = Callable[[str], None]


def is_built() -> bool:
    """Return whether the demo, or anything else, is in the database already."""
    return User.objects.exists()


def build(*, size: str = "full", say: Say) -> None:
    """Build everything; `size` is "full" (seven bureaus, twelve months) or "small" (one, three)."""
    began = time.monotonic()
    today = clock.today()
    bureaus = world.invent_bureaus(today, world.FULL if size == "full" else world.SMALL)
    months = year.list_months(today, MONTHS if size == "full" else 3)

    def step(words: str) -> None:
        say(f"[{time.monotonic() - began:5.1f} s] {words}")

    step("Installing the practice packs")
    library.install_packs(None, actor=None)
    roots = []
    for number, bureau in enumerate(bureaus, 1):
        step(
            f"Bureau {number} of {len(bureaus)}: {bureau.size.name}, {len(bureau.branches)} branches"
        )
        with transaction.atomic():
            units = _found_units(bureau)
            persons = _register_people(bureau, units)
            records.build(bureau=bureau, units=units, persons=persons, months=months, today=today)
            logins.give_logins(bureau, persons, main=bureau.size.code == MAIN)
            if bureau.size.code == MAIN:
                for practice in PRACTICES:
                    practice.build(
                        units=units,
                        persons=persons,
                        bureau=bureau,
                        today=today,
                        full=size == "full",
                    )
            if number == len(bureaus) > 1:
                contests.finish(
                    units,
                    bureau,
                    "优质服务百日百分竞赛",
                    today - timedelta(days=150),
                    [units[branch.name] for branch in bureau.branches[:-1]],
                    closed=True,
                )
        roots.append(units[bureau.committee])
    _found_empty_bureau()
    step("Doing what the night does: what is overdue, what is due next")
    for job in jobs.start_daily_jobs():
        jobs.run_job.call(job.pk)  # at once: evaluated is what the morning shows
    step(f"Evaluating {len(months)} months")
    results.build(roots=roots, months=months, today=today)
    step("Stars and benchmarks, read from what is published")
    main = next(root for root, one in zip(roots, bureaus, strict=True) if one.size.code == MAIN)
    distinctions.build(roots=roots, main=main, today=today)
    step("The demo is ready")


def _found_units(bureau: world.Bureau) -> dict[str, Unit]:
    committee = org.UnitDraft(
        bureau.committee,
        UnitKind.COMMITTEE,
        established_on=date(1996, 3, 1),
        term_from=date(2023, 6, 1),
        term_to=date(2028, 6, 1),
        host_situation="legal_person",
        host_names=bureau.size.name,
    )
    company = org.UnitDraft(bureau.size.name, UnitKind.COMPANY, established_on=date(1990, 1, 1))
    drafts = [committee, company]
    for name, branches in bureau.general_branches.items():
        general = org.UnitDraft(
            name,
            UnitKind.GENERAL_BRANCH,
            parent=committee,
            established_on=date(1996, 3, 1),
            term_from=date(2024, 5, 6),
            term_to=date(2027, 5, 6),
            host_situation="same_as_superior",
        )
        drafts.append(general)
        for branch in branches:
            own = org.UnitDraft(
                branch.name,
                UnitKind.BRANCH,
                parent=general,
                established_on=branch.established_on,
                term_from=branch.term_from,
                term_to=branch.term_from.replace(year=branch.term_from.year + 3),
                host_situation="same_as_superior",
            )
            kind = UnitKind.STATION if branch.kind == "station" else UnitKind.DEPARTMENT
            drafts += [
                own,
                org.UnitDraft(
                    branch.business_unit, kind, parent=company, established_on=date(1996, 1, 1)
                ),
                *(
                    org.UnitDraft(
                        group, UnitKind.GROUP, parent=own, established_on=branch.established_on
                    )
                    for group in branch.groups
                ),
            ]
    units = {unit.name: unit for unit in org.create_units(drafts, actor=None)}
    org.open_coverage(
        links=[(units[b.name], units[b.business_unit]) for b in bureau.branches], actor=None
    )
    return units


def _register_people(bureau: world.Bureau, units: dict[str, Unit]) -> dict[str, Person]:
    """Register every member with the posts held; return the persons by name."""
    members = [(branch, member) for branch in bureau.branches for member in branch.members]
    registered = people.register_people(
        [
            people.PersonDraft(
                name=m.name,
                unit=units[branch.name],
                identity_number=m.identity_number,
                sex="1" if m.male else "2",
                ethnic_group=m.ethnic_group,
                born_on=m.born_on,
                education=m.education,
                job=m.job,
                phone=m.phone,
                address=m.address,
                member_kind="full" if m.full_on else "probationary",
                joined_on=m.joined_on,
                full_on=m.full_on,
                is_floating=m.is_floating,
                basis="花名册",
                details=care.describe(m) if bureau.size.code == MAIN else {},
            )
            for branch, m in members
        ],
        actor=None,
    )
    persons = {person.name: person for person in registered}
    appointments = []
    for branch, member in members:
        groups = iter(branch.groups)
        for post in member.posts:
            unit = units[branch.name]
            if post.startswith("committee_") or post in {"supervisor", "officer"}:
                unit = units[bureau.committee]
            elif post == "group_leader":
                leaders = [m for m in branch.members if "group_leader" in m.posts]
                unit = units[list(groups)[leaders.index(member)]]
            appointments.append(
                people.AppointmentDraft(
                    person=persons[member.name],
                    unit=unit,
                    post=post,
                    # re-elected: in office since the term before
                    valid_from=max(
                        branch.term_from.replace(year=branch.term_from.year - 3),
                        branch.established_on,
                    ),
                    basis="选举结果批复",
                )
            )
    people.appoint_people(appointments, actor=None)
    return persons


def _found_empty_bureau() -> None:
    """Found the bureau whose roster is still to be brought in, with its officer."""
    accounts.create_user(
        username="admin",
        password=logins.PASSWORD,
        name="系统管理员",
        system_administrator=True,
        actor=None,
    )
    committee = org.create_units(
        [org.UnitDraft(f"中共{EMPTY_BUREAU}委员会", UnitKind.COMMITTEE)], actor=None
    )[0]
    person = people.register_people(
        [people.PersonDraft(name="钟可欣", member_kind="none", job="专责")], actor=None
    )[0]
    people.appoint_people(
        [people.AppointmentDraft(person, committee, "officer", clock.today() - timedelta(days=30))],
        actor=None,
    )
    people.create_logins(
        logins=[(person, "newcomer")],
        password=logins.PASSWORD,
        actor=None,
        must_change_password=False,
    )
