"""The matrix: exact cells, nothing counted twice, acts on cells, rows and columns."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linghang.people.api import compute_scope
from linghang.worklists import queries, services
from linghang.worklists.enums import CellState, Owner, TaskState
from linghang.worklists.models import Act, Assignment
from linghang.worklists.queries.folding import find_fold
from linghang.worklists.queries.matrix import Wanted, load_matrix
from linghang.worklists.queries.progress import Progress, roll_up
from tests.conftest import TODAY
from tests.worklists.test_issuing import BRANCH, OTHER, draft, issue

LATE = date(2026, 11, 2)


@pytest.fixture
def worklist(bureau):
    """讲党课 late everywhere, 学习 of members, 选读 optional, 验收项 to be accepted."""
    return issue(
        bureau,
        draft(due_on=LATE),
        draft("学习", Owner.MEMBER),
        draft("选读", Owner.MEMBER, required=False, due_on=LATE),
        draft("验收项", acceptance="issuer"),
    )


def task(item: str, unit, person=None) -> Assignment:
    return Assignment.objects.get(item__text=item, unit=unit, person=person)


def finish(what: Assignment, actor) -> None:
    services.finish_task(task=what, finished_on=TODAY, result="已办", actor=actor)


def load(worklist, **wanted):
    items = list(worklist.items.filter(withdrawn_on=None).order_by("number"))
    return load_matrix(Assignment.objects.filter(worklist=worklist), items, Wanted(**wanted))


def show(matrix) -> dict[str, list[str]]:
    return {
        row.unit.name: [
            f"{cell.state.value} {cell.number}".strip() if cell.state else "" for cell in row.cells
        ]
        for row in matrix.rows
    }


def test_cells_say_the_worst_state_and_how_many_of_how_many(bureau, worklist):
    finish(task("讲党课", bureau.branch), bureau.secretary.user)
    finish(task("学习", bureau.branch, bureau.member), bureau.member.user)
    finish(task("选读", bureau.branch, bureau.member), bureau.member.user)
    finish(task("验收项", bureau.branch), bureau.secretary.user)
    matrix = load(worklist)
    assert show(matrix) == {
        OTHER: ["overdue", "open", "optional", "open"],
        "生产党总支": ["overdue", "", "", "open"],
        BRANCH: ["done", "open 1/4", "optional 1/4", "handed_in"],
    }
    assert matrix.total == Progress(total=11, done=2, handed_in=1, open=8, overdue=2)
    assert [(total.done, total.total) for _item, total in matrix.columns] == [
        (1, 3),
        (1, 5),
        (0, 0),
        (0, 3),
    ]


def test_units_come_worst_first_and_filters_narrow(bureau, worklist):
    finish(task("讲党课", bureau.branch), bureau.secretary.user)
    assert list(show(load(worklist)))[-1] == BRANCH
    assert list(show(load(worklist, under=bureau.branch.path))) == [BRANCH]
    assert set(show(load(worklist, state=CellState.OVERDUE))) == {"生产党总支", OTHER}
    pages = [list(show(load(worklist, per_page=2, page=n))) for n in (1, 2)]
    assert [len(page) for page in pages] == [2, 1]
    assert len({name for page in pages for name in page}) == 3


def test_withdrawn_tasks_stand_in_no_cell(bureau, worklist):
    item = worklist.items.get(text="学习")
    services.withdraw_item(item=item, reason="重复", actor=bureau.officer.user)
    assert load(worklist).total.total == 6
    everything = queries.count_progress(Assignment.objects.filter(worklist=worklist))
    assert (everything.total, everything.withdrawn) == (6, 5)


def test_units_fold_under_the_one_below_what_they_share():
    fold = find_fold(
        {2: "/1/2/", 3: "/1/2/3/", 4: "/1/2/4/", 5: "/1/2/5/", 6: "/1/6/", 7: "/1/6/7/"}
    )
    assert {unit: fold.top[unit] for unit in (2, 3, 4, 5, 6, 7)} == {
        2: 2,
        3: 2,
        4: 2,
        5: 2,
        6: 6,
        7: 6,
    }
    assert find_fold({2: "/1/2/", 6: "/1/6/"}) is None
    assert find_fold({}) is None


def test_a_folded_row_is_the_sum_of_the_units_under_it(bureau, worklist):
    from linghang.org.enums import UnitKind
    from tests.cast import make_unit

    second = make_unit("营销党总支", UnitKind.GENERAL_BRANCH, bureau.committee)
    for number in range(3):
        make_unit(f"营业第{number + 1}党支部", UnitKind.BRANCH, second)
    other = issue(bureau, draft("办实事"), title="第二张清单")
    finish(task("办实事", bureau.branch), bureau.secretary.user)
    matrix = load(other, fold=True)
    assert {row.unit.name: (row.total.done, row.total.total) for row in matrix.rows} == {
        "营销党总支": (0, 4),
        "生产党总支": (1, 3),
    }
    assert show(matrix) == {"营销党总支": ["open 0/4"], "生产党总支": ["open 1/3"]}


# -- nothing is counted twice ------------------------------------------------------------------------------


@st.composite
def trees(draw):
    """Return {unit: path}: every unit hangs under an earlier one."""
    parents = draw(st.lists(st.integers(0, 30), max_size=30))
    paths = {1: "/1/"}
    for number, pick in enumerate(parents, 2):
        parent = 1 + pick % (number - 1)
        paths[number] = f"{paths[parent]}{number}/"
    return paths


@given(paths=trees(), data=st.data())
def test_a_unit_is_the_sum_of_its_own_and_of_those_directly_below(paths, data):
    counts = st.builds(
        Progress, total=st.integers(0, 9), done=st.integers(0, 9), overdue=st.integers(0, 9)
    )
    own = data.draw(st.dictionaries(st.sampled_from(sorted(paths)), counts))
    rolled = roll_up(own, paths)
    for unit, path in paths.items():
        below = [u for u, p in paths.items() if p == f"{path}{u}/"]
        assert rolled[unit] == sum((rolled[u] for u in below), own.get(unit, Progress()))
    assert rolled[1] == sum(own.values(), Progress())


@given(paths=trees(), data=st.data())
def test_folding_keeps_the_sum_and_counts_each_unit_once(paths, data):
    fold = find_fold(paths)
    if fold is None:
        return
    own = {unit: Progress(total=data.draw(st.integers(0, 9)), open=1) for unit in paths}
    assert sum(fold.sum(own).values(), Progress()) == sum(own.values(), Progress())


STATES = st.sampled_from(
    [TaskState.OPEN, TaskState.DONE, TaskState.HANDED_IN, TaskState.RETURNED, TaskState.WITHDRAWN]
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(states=st.lists(STATES, min_size=16, max_size=16))
@pytest.mark.django_db
def test_cells_rows_columns_and_the_whole_add_up_for_any_states(worklist_once, states):
    rows = list(Assignment.objects.filter(worklist=worklist_once).order_by("pk"))
    for row, state in zip(rows, states, strict=False):
        finished = TODAY if state in (TaskState.DONE, TaskState.HANDED_IN) else None
        Assignment.objects.filter(pk=row.pk).update(state=state, finished_on=finished)
    matrix = load(worklist_once)
    nothing = Progress()
    cells = sum((c.progress for row in matrix.rows for c in row.cells), nothing)
    in_rows = sum((row.total for row in matrix.rows), nothing)
    in_columns = sum((total for _item, total in matrix.columns), nothing)
    owed = Assignment.objects.filter(worklist=worklist_once, item__required=True)
    owed = owed.exclude(state=TaskState.WITHDRAWN).count()
    assert cells.total == in_rows.total == in_columns.total == matrix.total.total == owed
    assert cells.overdue == in_rows.overdue == in_columns.overdue
    assert matrix.total.total == (
        matrix.total.done + matrix.total.handed_in + matrix.total.returned + matrix.total.open
    )


@pytest.fixture
def worklist_once(bureau):
    return issue(
        bureau,
        draft(due_on=LATE),
        draft("学习", Owner.MEMBER),
        draft("选读", Owner.MEMBER, required=False, due_on=LATE),
        draft("验收项", acceptance="issuer"),
    )


# -- pages --------------------------------------------------------------------------------------------------


def text(response) -> str:
    return response.content.decode()


def test_the_page_shows_state_word_and_number_and_leads_to_the_tasks(client, bureau, worklist):
    client.force_login(bureau.officer.user)
    page = text(client.get(reverse("worklists:matrix", args=[worklist.pk])))
    assert "超期" in page
    assert "0/4" in page
    item = worklist.items.get(text="学习")
    link = f"{reverse('worklists:list-tasks', args=[worklist.pk])}?unit={bureau.branch.pk}&amp;item={item.pk}"
    assert link in page
    cell = text(client.get(link.replace("&amp;", "&")))
    assert [name in cell for name in ("韩帆", "林晓禾", "方艳一")] == [True, True, False]


def test_a_secretary_sees_only_the_own_row(client, bureau, worklist):
    client.force_login(bureau.secretary.user)
    page = text(client.get(reverse("worklists:matrix", args=[worklist.pk])))
    assert BRANCH in page
    assert OTHER not in page


def test_rows_and_columns_chosen_mean_the_cells_where_they_cross(client, bureau, worklist):
    client.force_login(bureau.officer.user)
    item = worklist.items.get(text="讲党课")
    address = reverse("worklists:urge-list", args=[worklist.pk])
    client.post(
        address, {"id": [f"u{bureau.branch.pk}", f"u{bureau.other_branch.pk}", f"i{item.pk}"]}
    )
    urged = Act.objects.filter(verb="urged").values_list("assignment__unit__name", "item__text")
    assert set(urged) == {(BRANCH, "讲党课"), (OTHER, "讲党课")}
    client.post(address, {"id": [f"i{item.pk}"]})
    assert Act.objects.filter(verb="urged").count() == 3  # the third unit; the two were urged today
    client.post(address, {})
    assert Act.objects.filter(verb="urged").count() == 3


def test_a_column_of_what_was_handed_in_is_accepted_at_once(client, bureau, worklist):
    finish(task("验收项", bureau.branch), bureau.secretary.user)
    client.force_login(bureau.officer.user)
    item = worklist.items.get(text="验收项")
    answer = client.post(
        reverse("worklists:accept-list", args=[worklist.pk]), {"id": [f"i{item.pk}"]}, follow=True
    )
    assert task("验收项", bureau.branch).state == TaskState.DONE
    assert "已验收1项" in text(answer)


def test_htmx_gets_the_matrix_only(client, bureau, worklist):
    client.force_login(bureau.officer.user)
    page = client.get(
        reverse("worklists:matrix", args=[worklist.pk]), headers={"HX-Target": "lh-results"}
    )
    assert text(page).strip().startswith('<div id="lh-results">')


def test_scopes_of_lists_follow_units_and_persons(bureau, worklist):
    lists = {
        name: queries.list_lists(compute_scope(person.user)).count()
        for name, person in (
            ("officer", bureau.officer),
            ("secretary", bureau.secretary),
            ("member", bureau.member),
            ("stranger", bureau.stranger),
        )
    }
    assert lists == {"officer": 1, "secretary": 1, "member": 1, "stranger": 0}
