"""The burden meter of 60 units × 12 months with a year of askings behind it, beside the log-in page.

    python benchmarks/meter.py [--units 60] [--runs 15]

Builds a bureau of its own in a database of its own, as benchmarks/lists.py does: a list of 36 items a
month, monthly duties, two problems a unit and month, three diagnosis rounds. Nothing of the demo is touched.
"""

from __future__ import annotations

import argparse
import statistics
import time
from datetime import date, timedelta
from itertools import product

from lists import clock_it, found_bureau  # first, for it sets Django up

# isort: split

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext, get_runner
from django.urls import reverse

from linghang.accounts.models import User
from linghang.activities.models import CadenceRule, Obligation
from linghang.diagnosis import api as diagnosis
from linghang.diagnosis.models import StandardSet
from linghang.library import api as library
from linghang.org.models import Unit
from linghang.platform.calendar import clock
from linghang.rectification import api as rectification
from linghang.rectification.enums import SourceKind
from linghang.worklists import api as worklists
from linghang.worklists.enums import Owner
from linghang.worklists.models import Assignment

TODAY = date(2026, 12, 21)
PACKS = ("organisation-life", "professional-diagnosis")
ITEMS_A_LIST = 36
PROBLEMS = 2  # a unit and month
ROUNDS = (3, 7, 11)  # months
VERBS = ("报送", "组织", "检查", "完善", "开展", "梳理", "公示", "核对", "总结")
THINGS = (
    "安全生产责任清单",
    "迎峰度冬保电方案",
    "党员示范岗名单",
    "供电服务投诉分析",
    "农网改造进度",
    "党费收缴台账",
    "带电作业技能培训",
    "营商环境走访记录",
    "青年人才培养计划",
    "防汛物资储备情况",
    "反违章工作小结",
    "志愿服务安排",
)


def record_year(committee: Unit, officer: User) -> None:
    """Ask a year of everything of every unit below the committee, month by month."""
    library.install_packs(PACKS, actor=None)
    units = list(Unit.objects.filter(path__startswith=committee.path).exclude(pk=committee.pk))
    rules = list(CadenceRule.objects.filter(period="month"))
    texts = [f"{verb}{thing}" for verb, thing in product(VERBS, THINGS)]
    for month in range(1, 13):
        day = date(2026, month, 5)
        with clock.stand_on(day), transaction.atomic():
            start = month * 31 % len(texts)
            issue_month(committee, officer, [*texts, *texts][start : start + ITEMS_A_LIST])
            Obligation.objects.bulk_create(
                Obligation(unit=unit, rule=rule, period=f"2026-{month:02}", due_on=day, required=1)
                for unit, rule in product(units, rules)
            )
            state_problems(units, officer)
            if month in ROUNDS:
                check_all(committee, units, officer)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def issue_month(committee: Unit, officer: User, texts: list[str]) -> None:
    """Issue a list of these items to all units."""
    worklists.issue_list(
        title=f"{clock.today():%Y年%m月}工作清单",
        kind="tasks",
        issuer=committee,
        items=[
            worklists.ItemDraft(
                text,
                owner=Owner.ORGANISATION,
                due_on=clock.today() + timedelta(days=20),
                needs_evidence=number % 3 == 0,
            )
            for number, text in enumerate(texts)
        ],
        actor=officer,
    )


def state_problems(units: list[Unit], officer: User) -> None:
    """State the problems of a month for all units."""
    rectification.create_problems(
        drafts=[
            rectification.ProblemDraft(
                source="日常检查",
                source_kind=SourceKind.OTHER,
                text=f"示范问题{number}",
                unit=unit,
                due_on=clock.today() + timedelta(days=60),
            )
            for unit in units
            for number in range(PROBLEMS)
        ],
        actor=officer,
    )


def check_all(committee: Unit, units: list[Unit], officer: User) -> None:
    """Open a diagnosis round over all units."""
    draft = diagnosis.RoundDraft(
        title=f"{clock.today():%Y年%m月}专业诊断",
        standard_set=StandardSet.objects.get(),
        root=committee,
        units=units,
    )
    diagnosis.open_round(draft=draft, actor=officer)


def measure(client: Client, address: str, runs: int) -> tuple[float, float]:
    """Return the median milliseconds of a page, and those of the processor: other work counts not."""
    client.get(address)
    times, spent = [], []
    for _run in range(runs):
        began, worked = time.perf_counter(), time.process_time()
        answer = client.get(address)
        spent.append((time.process_time() - worked) * 1000)
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.status_code
    return statistics.median(times), statistics.median(spent)


def run(units: int, runs: int) -> None:
    """Measure and print one line a page."""
    with transaction.atomic():
        committee, officer = found_bureau(units)
    spent, _none = clock_it(lambda: record_year(committee, officer))
    print(f"{connection.vendor}: {Assignment.objects.count():,} askings built in {spent:.0f} s")
    wall, log_in = measure(Client(HTTP_HOST="localhost"), reverse("accounts:login"), runs)
    print(f"{'':24} {'ms':>8} {'processor ms':>13} {'x log-in':>9} {'queries':>8}")
    print(f"{'log-in page':24} {wall:8.0f} {log_in:13.0f} {1:9.1f}")
    client = Client(HTTP_HOST="localhost")
    client.force_login(officer, "django.contrib.auth.backends.ModelBackend")
    branch = Unit.objects.filter(kind="branch").first()
    assert branch is not None
    meter = reverse("burden:meter")
    pages = [
        ("meter, items", meter),
        ("meter, fields", f"{meter}?measure=fields"),
        ("meter, earlier month", f"{meter}?month=2026-06"),
        ("one unit", reverse("burden:unit", args=[branch.pk])),
        ("workbook", reverse("burden:export")),
    ]
    with clock.stand_on(TODAY):
        for what, address in pages:
            wall, page = measure(client, address, runs)
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            print(f"{what:24} {wall:8.0f} {page:13.0f} {page / log_in:9.1f} {len(asked):8}")


def main() -> None:
    """Measure in a database of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=60)
    parser.add_argument("--runs", type=int, default=15)
    given = parser.parse_args()
    runner = get_runner(settings)(verbosity=0, interactive=False)
    runner.setup_test_environment()
    before = runner.setup_databases()
    try:
        run(given.units, given.runs)
    finally:
        runner.teardown_databases(before)
        runner.teardown_test_environment()


if __name__ == "__main__":
    main()
