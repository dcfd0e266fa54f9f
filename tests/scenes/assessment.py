"""A round of inspectors with a fixed one beside it, members marked from all sides, a visit: for the tables."""

from __future__ import annotations

from typing import Any

from linghang.assessment import services
from linghang.assessment.models import Form, Mark, Round
from linghang.library.api import install_packs
from linghang.org.models import Unit
from linghang.people.models import Person
from linghang.platform.notices.models import Notice
from tests.cast import make_person

PACKS = (
    "organisation-life",
    "study-cadence",
    "safety-records",
    "business-support",
    "professional-assessment",
    "member-branch-rating",
    "quarterly-visit",
)


def objects(world: Any) -> dict[str, object]:
    """Return a round under way with a sheet handed in, the members' round, and a visited branch."""
    install_packs(PACKS, actor=None)
    bureau = world.bureau
    team = [make_person(name, bureau.committee, ("expert",)) for name in ("考评甲", "考评乙")]
    marked = _open(world, "professional", "2026Q3", [bureau.branch, bureau.other_branch], team)
    sheet = marked.subjects.get(unit=bureau.branch).sheets.get(rater=team[0])
    said = [services.Said(item, item.full) for item in marked.form.items.all()]
    services.save_marks(sheet=sheet, said=said, actor=None)
    sides = _open(world, "member-sides", "2026Q3", [bureau.branch])
    about = sides.subjects.get(person=bureau.member)
    items = sides.form.items.all()
    points = {item: item.full for item in items}
    slip = services.enter_slip(subject=about, points=points, actor=None)
    services.confirm_slips(subject=about, actor=bureau.officer.user)
    visits = _open(world, "quarterly-visit", "2026Q3", [bureau.branch], team)
    visited = visits.subjects.get()
    finding = _visit(visited, team)
    Notice.objects.filter(key__startswith="assessment-").delete()  # others count theirs
    return {
        "assessment_form": marked.form,
        "marked_round": marked,
        "marked_branch": marked.subjects.get(unit=bureau.branch),
        "inspector_sheet": sheet,
        "mark": Mark.objects.filter(sheet=sheet).first(),
        "sides_round": sides,
        "marked_member": about,
        "paper_slip": slip,
        "own_sheet": about.sheets.get(kind="self"),
        "visit_round": visits,
        "visited_branch": visited,
        "visit_finding": finding,
    }


def _visit(subject: Any, team: list[Person]) -> Any:
    day = subject.round.opened_on
    services.record_visit(subject=subject, visited_on=day, visitors=team, actor=None)
    item = subject.round.form.items.first()
    return services.add_finding(subject=subject, item=item, text="任务滞后", actor=None)


def add_rows(world: Any, more: int) -> None:
    """Open more rounds over more branches and members, with more of the team and more findings."""
    units = list(Unit.objects.filter(parent=world.bureau.general_branch, kind="branch"))
    team = [make_person(f"考评增{n}", world.bureau.committee, ("expert",)) for n in range(more)]
    second = make_person("督导增", None)
    marked: Round = world.objects["marked_round"]
    for number in range(more):
        period = f"2025Q{number + 1}"
        _open(world, "professional", period, units, [*team, second])
        _open(world, "member-sides", period, units)
        _open(world, "quarterly-visit", period, units, [*team, second])
    for person in team:
        marked.team.create(person=person)
        for subject in marked.subjects.all():
            subject.sheets.create(kind="inspector", rater=person)
    subject = world.objects["visited_branch"]
    for item in subject.round.form.items.all()[:more]:
        services.add_finding(subject=subject, item=item, text="又一条", actor=None)
    visitors = list(subject.visitors.all())
    for unit in units:
        if unit != subject.unit:
            _visit(subject.round.subjects.create(unit=unit), visitors)


def _open(world: Any, code: str, period: str, units: Any, team: Any = ()) -> Round:
    draft = services.RoundDraft(
        form=Form.objects.get(code=code, retired=False),
        root=world.bureau.committee,
        period=period,
        units=units,
        team=team,
    )
    return services.open_round(draft=draft, actor=world.bureau.officer.user)
