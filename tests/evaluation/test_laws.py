"""Laws over invented bureaus: every printed point adds up, and two ways of counting agree."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linghang.evaluation import mapping, services
from linghang.evaluation.queries import facts as fact_queries
from linghang.org.enums import UnitKind
from linghang_core import scoring
from tests.cast import make_person, make_unit
from tests.evaluation import cases

days = st.dates(date(2025, 10, 1), date(2026, 11, 20))
happenings = st.lists(
    st.tuples(
        st.sampled_from(["probe.duty", "probe.deed", "probe.harm", "probe.case"]),
        st.integers(0, 3),  # which branch
        st.booleans(),  # in the group?
        st.integers(1, 2000),
        st.sampled_from(["met", "missed"]),
        days,
    ),
    max_size=25,
)


def build(found) -> object:
    root = make_unit("示范党委", UnitKind.COMMITTEE)
    branches = [make_unit(f"第{n}党支部", UnitKind.BRANCH, root) for n in range(4)]
    groups = [
        make_unit(f"第{n}党小组", UnitKind.GROUP, branch) for n, branch in enumerate(branches)
    ]
    people = [make_person(f"党员{n}", branch) for n, branch in enumerate(branches)]
    for kind, number, in_group, quantity, status, on in found:
        cases.record(
            (groups if in_group else branches)[number],
            kind,
            quantity=quantity,
            status=status if kind == "probe.duty" else "",
            on=on,
            person=None if kind == "probe.duty" else people[number],
        )
    return root


@pytest.mark.parametrize("make", [cases.unit_scheme, cases.person_scheme])
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(found=happenings)
def test_every_explanation_re_adds_to_the_total_and_both_counts_agree(transactional, make, found):
    with transactional():
        scheme = cases.install(make())
        run = services.run_evaluation(
            scheme=scheme, period=cases.OCTOBER, root=build(found), actor=None
        )
        publication = services.publish_run(run=run, actor=None)
        loaded, frozen = services.load(scheme), publication.read_snapshot()["scores"]
        plan = scoring.compile_scheme(loaded)
        assert run.subjects == 4
        for score in run.scores.all():
            result = mapping.restore_result(loaded, score.result)
            explanation = scoring.explain(loaded, result, run.period)
            assert scoring.re_add(explanation) == score.total
            assert frozen[str(score.pk)]["total"] == str(score.total)
            facts = list(
                fact_queries.list_facts_of(loaded, run.period, result.subject, run.as_of_seq)
            )
            counts = fact_queries.count_atoms_of(plan, run.period, facts)
            again = scoring.assess(
                loaded, run.period, [result.subject], {result.subject.id: counts}, run.as_of_seq
            )
            assert mapping.store_result(again.subjects[0]) == score.result
