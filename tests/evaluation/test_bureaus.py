"""A version adopted by a committee holds in its own bureau; overviews compare within one scheme."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection
from django.urls import reverse

from linghang.evaluation import api, services
from linghang.evaluation.enums import DraftState, RunState, SchemeState
from linghang.evaluation.models import Draft, Run, Scheme, Score
from linghang.evaluation.queries import cycle, overview
from linghang.evaluation.queries.schemes import list_in_force
from linghang.ledger.api import list_kinds
from linghang.people.access import scope_of
from linghang.platform.calendar import clock
from linghang_core.periods import Period
from tests.conftest import TODAY
from tests.evaluation import cases


@pytest.fixture
def own(bureau, flag):
    """The version a committee adopted, with a band the one for all does not have."""
    bands = [
        {"code": "A", "title": cases.text("五星"), "from": "90"},
        {"code": "Z", "title": cases.text("起步"), "from": "0"},
    ]
    return services.install_scheme(
        document=cases.unit_scheme(version="1.1.0", bands=bands, ranks=False)
        | {"dimensions": cases.unit_scheme()["dimensions"][:2]},
        actor=None,
        root=bureau.committee,
    )


def test_what_one_bureau_adopts_leaves_the_version_of_the_others_in_force(bureau, flag, own):
    extra = services.install_scheme(
        document=cases.unit_scheme(code="own-1"), actor=None, root=bureau.committee
    )
    here, away = bureau.committee, bureau.stranger_committee
    assert list(list_in_force(here)) == [own, extra]
    assert list(list_in_force(away)) == list(list_in_force(None)) == [flag]
    month = Period.parse(cases.OCTOBER)
    assert [one.scheme for one in cycle.read_cycle(here, month).strands] == [own, extra]
    assert [one.scheme for one in cycle.read_cycle(away, month).strands] == [flag]
    runs = api.evaluate("flag", cases.OCTOBER)
    assert {run.root_id: run.scheme for run in runs} == {here.pk: own, away.pk: flag}
    assert [run.root_id for run in api.evaluate("own-1", cases.OCTOBER)] == [here.pk]
    with pytest.raises(services.EvaluationRefused, match="own-1"):
        api.evaluate("own-1", cases.OCTOBER, root=away)
    newer = services.install_scheme(
        document=own.document | {"version": "1.2.0"}, actor=None, root=here
    )
    assert list(list_in_force(here)) == [newer, extra]
    flag.refresh_from_db()
    assert flag.state == SchemeState.ADOPTED
    assert list_kinds()["index.flag"].statuses == ("A", "Z", "B", "C")  # of every version


def test_another_bureaus_version_is_not_found_and_starts_no_draft(client, bureau, flag, own):
    client.force_login(bureau.stranger.user)
    assert client.get(reverse("evaluation:scheme", args=[own.pk])).status_code == 404
    begun = client.post(reverse("evaluation:draft_start"), {"based_on": own.pk})
    assert (begun.status_code, Draft.objects.count()) == (404, 0)
    shown = client.get(reverse("evaluation:schemes")).context["schemes"]
    assert [row["scheme"] for row in shown] == [flag]
    client.force_login(bureau.officer.user)
    said = "由中共示范甲供电公司委员会审定，只在本单位执行。"
    assert said in client.get(reverse("evaluation:scheme", args=[own.pk])).content.decode()
    client.logout()
    page = client.get(reverse("evaluation:rules"))
    assert [row["scheme"] for row in page.context["schemes"]] == [flag, own]
    assert page.content.decode().count(said) == 1


def test_the_trial_compares_with_what_is_in_force_in_the_drafts_bureau(client, bureau, flag, own):
    for person, root, before in (
        (bureau.officer, bureau.committee, own),
        (bureau.stranger, bureau.stranger_committee, flag),
    ):
        draft = services.start_draft(root=root, actor=person.user, based_on=before)
        client.force_login(person.user)
        page = client.get(reverse("evaluation:draft_trial", args=[draft.pk]))
        assert [scheme for scheme, _chosen in page.context["others"]] == [before]


def test_upgrade_gives_adopted_versions_to_their_bureau_and_the_others_theirs_back(bureau, flag):
    adopted = cases.install(cases.unit_scheme(version="1.1.0"))  # as it was: for all
    Scheme.objects.filter(pk=flag.pk).update(pack="probe")
    draft = services.start_draft(root=bureau.committee, actor=bureau.officer.user, based_on=flag)
    Draft.objects.filter(pk=draft.pk).update(state=DraftState.ADOPTED, adopted=adopted)
    migration = import_module("linghang.evaluation.migrations.0004_schemes_of_bureaus")
    migration.give_schemes_to_their_bureaus(apps, SimpleNamespace(connection=connection))
    assert list(list_in_force(bureau.committee)) == [adopted]
    assert list(list_in_force(bureau.stranger_committee)) == [flag]


def publish(bureau, scheme: Scheme, period: str, total: int) -> Run:
    run = Run.objects.create(
        scheme=scheme,
        period=period,
        root=bureau.committee,
        state=RunState.PUBLISHED,
        as_of_seq=1,
        digest="x",
        started_at=clock.now(),
    )
    Score.objects.create(
        run=run, unit=bureau.branch, total=Decimal(total), band="A", group="field", result={}
    )
    return run


def test_overviews_compare_within_the_scheme_known_longest(bureau, flag):
    added = cases.install(cases.unit_scheme(code="added"))  # before "flag" by its code
    publish(bureau, flag, "2026-09", 60)
    publish(bureau, added, "2026-09", 20)
    publish(bureau, added, "2026-10", 30)
    leading = publish(bureau, flag, "2026-10", 70)
    scope = scope_of(bureau.officer.user, TODAY)
    total = overview.list_totals(scope, "2026-11")[bureau.branch.pk]
    assert (total.period, total.total, total.change) == ("2026-10", 70, 10)
    periods = ["2026-08", "2026-09", "2026-10"]
    assert overview.mean_totals(scope, periods) == [None, 60, 70]
    assert overview.find_unit_run(scope, "2026-10") == leading
    later = publish(bureau, added, "2026-11", 40)  # the other one is not published yet
    total = overview.list_totals(scope, "2026-11")[bureau.branch.pk]
    assert (total.total, total.change) == (40, 10)
    assert overview.mean_totals(scope, [*periods, "2026-11"]) == [None, 20, 30, 40]
    assert overview.find_unit_run(scope, "2026-11") == later
