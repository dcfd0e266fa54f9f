"""Server time of the pages people open most, on the demo data: median and 95th percentile, and times the log-in page.

    LINGHANG_DATA_DIR=var python benchmarks/pages.py [--runs 30]

Needs the demo (`make demo`). Everything runs in this process: no network, no browser.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linghang.config.settings.dev")
django.setup()

from django.db import connection  # noqa: E402  after setup
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.urls import reverse  # noqa: E402

from linghang.accounts.models import User  # noqa: E402
from linghang.evaluation.models import Publication, Run, Score  # noqa: E402
from linghang.org.models import Unit  # noqa: E402


def list_pages() -> list[tuple[str, str, str]]:
    """Return (what, log-in, address)."""
    secretary = User.objects.get(username="secretary").person
    branch = Unit.objects.get(
        appointments__person=secretary, appointments__post="secretary", kind="branch"
    )
    bureau = Unit.objects.get(path=branch.root_path)
    last = Publication.objects.filter(run__root=bureau).order_by("-run__period", "pk")
    unit_run = last.filter(run__scheme__code="red-flag-index").first().run
    person_run = last.filter(run__scheme__code="red-star-index").first().run
    unit_score = Score.objects.get(run=unit_run, unit=branch)
    member = User.objects.get(username="member").person
    person_score = Score.objects.get(run=person_run, person=member)
    pages = [
        ("log-in", "", reverse("accounts:login")),
        *(
            (f"home, {name}", name, "/")
            for name in ("officer", "leader", "secretary", "member", "supervisor", "admin")
        ),
        ("unit page, branch", "officer", reverse("org:unit", args=[branch.pk])),
        ("unit page, bureau", "officer", reverse("org:unit", args=[bureau.pk])),
        ("tree", "officer", reverse("org:tree")),
        ("people list", "officer", reverse("people:list")),
        ("time line of the bureau", "officer", reverse("ledger:timeline")),
        ("tasks", "officer", reverse("worklists:tasks")),
        ("results, units", "officer", reverse("evaluation:run", args=[unit_run.pk])),
        ("results, members", "officer", reverse("evaluation:run", args=[person_run.pk])),
        ("matrix", "officer", reverse("evaluation:matrix", args=[unit_run.pk])),
        ("score page, unit", "secretary", reverse("evaluation:score", args=[unit_score.pk])),
        ("why, unit", "secretary", reverse("evaluation:why", args=[unit_score.pk])),
        ("why, member", "member", reverse("evaluation:why", args=[person_score.pk])),
        ("search", "officer", reverse("portal:search") + "?q=供电所"),
    ]
    assert Run.objects.exists()
    return pages


def measure(client: Client, url: str, runs: int) -> tuple[float, float, int]:
    """Return median and 95th percentile in milliseconds, and the number of queries."""
    for _warm in range(2):
        answer = client.get(url)
        assert answer.status_code == 200, (url, answer.status_code)
    times = []
    for _run in range(runs):
        began = time.perf_counter()
        client.get(url)
        times.append((time.perf_counter() - began) * 1000)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    times.sort()
    return statistics.median(times), times[int(len(times) * 0.95) - 1], len(queries)


def main() -> None:
    """Print one line a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=30)
    runs = parser.parse_args().runs
    base = 0.0
    print(f"{'page':26} {'median ms':>10} {'p95 ms':>8} {'queries':>8} {'x log-in':>9}")
    for what, login, url in list_pages():
        client = Client(HTTP_HOST="localhost")
        if login:
            client.force_login(
                User.objects.get(username=login), "django.contrib.auth.backends.ModelBackend"
            )
        median, high, queries = measure(client, url, runs)
        base = base or median
        print(f"{what:26} {median:10.1f} {high:8.1f} {queries:8d} {median / base:9.1f}")


if __name__ == "__main__":
    main()
