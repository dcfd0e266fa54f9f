"""Reading tasks."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import override

from linghang.ledger import api as ledger
from linghang.ledger.models import Entry
from linghang.platform.access import Permission, Scope
from linghang.worklists.enums import WAITING
from linghang.worklists.models import Assignment, Worklist

# Words of tasks that say nothing about what is to be done.
EMPTY_WORDS = re.compile(r"开展|组织|落实|完成|召开|进行|举办|做好|推进|制度|工作|活动|专题|重点")
# A record is offered when it shares this part of its words with the task.
ENOUGH = 0.5
LOOKED_AT = 200


def list_tasks(scope: Scope) -> QuerySet[Assignment]:
    """Return the tasks of the units whose records the reader may see, earliest due first."""
    return Assignment.objects.filter(
        scope.restrict(Permission.VIEW_RECORDS, "unit__path")
    ).select_related("unit", "worklist", "item")


def filter_waiting(tasks: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Keep the tasks that are not finished."""
    return tasks.filter(state__in=WAITING)


def filter_overdue_tasks(tasks: QuerySet[Assignment], on: date) -> QuerySet[Assignment]:
    """Keep the unfinished tasks whose due day has passed."""
    return tasks.filter(state__in=WAITING, due_on__lt=on)


def search_tasks(tasks: QuerySet[Assignment], words: str) -> QuerySet[Assignment]:
    """Keep the tasks in whose item, list or unit the words stand."""
    return tasks.filter(
        Q(item__text__icontains=words)
        | Q(worklist__title__icontains=words)
        | Q(unit__name__icontains=words)
    )


def list_titles(scope: Scope) -> list[str]:
    """Return the titles of the lists of the reader's bureaus, the newest first."""
    roots = {"/" + path.split("/")[1] + "/" for path in scope.prefixes(Permission.EDIT_RECORDS)}
    found = (
        Worklist.objects.all() if "//" in roots else Worklist.objects.filter(root__path__in=roots)
    )
    return list(dict.fromkeys(found.order_by("-pk").values_list("title", flat=True)[:50]))


# -- what the ledger proves already --------------------------------------------------------------


def list_proofs(scope: Scope, task: Assignment, on: date, most: int = 3) -> list[Entry]:
    """Return the ledger lines that may prove an open task, the likeliest first, then the newest.

    Lines of the unit and its groups from the day the task was assigned up to `on`; of a task that
    was brought in after it was due, whose assignment nobody knows, from the month it was due in. A
    line is offered when its kind or its title shares at least half its pairs of characters with the
    task: a hint for a person who decides, so near misses do no harm.
    """
    assigned = timezone.localdate(task.created_at)
    since = assigned if assigned <= task.due_on else task.due_on.replace(day=1)
    lines = ledger.list_entries(scope).filter(
        unit__path__startswith=task.unit.path, occurred_on__gte=since, occurred_on__lte=on
    )
    lines = lines.exclude(Q(kind__in=["task", "problem"]) | Q(kind__startswith="cadence."))
    titles = _kind_titles()
    rated = [
        (
            max(
                _likeness(titles.get(line.kind, ""), task.item.text),
                _likeness(line.title, task.item.text),
            ),
            line,
        )
        for line in lines[:LOOKED_AT]
    ]
    likely = [pair for pair in rated if pair[0] >= ENOUGH]
    likely.sort(key=lambda pair: pair[0], reverse=True)  # stable: the newest stay first
    return [line for _rate, line in likely[:most]]


def find_proof(scope: Scope, task: Assignment) -> Entry | None:
    """Return the ledger line that proves a finished task as it stands now, None if withdrawn or none."""
    if task.proof_id is None:
        return None
    found = ledger.list_entries(scope)
    return found.filter(source_type=task.proof_type, source_id=task.proof_id).first()


def _kind_titles() -> dict[str, str]:
    """Return the Chinese titles of the kinds: tasks are written in Chinese whatever the reader reads."""
    with override("zh-hans"):
        return {code: str(kind.title) for code, kind in ledger.list_kinds().items()}


def _likeness(words: str, item: str) -> float:
    """Return which part of the pairs of characters of the shorter text stands in the other."""
    ours, theirs = _pairs(words), _pairs(item)
    if not ours or not theirs:
        return 0.0
    return len(ours & theirs) / min(len(ours), len(theirs))


@lru_cache(maxsize=4096)
def _pairs(text: str) -> frozenset[str]:
    parts = EMPTY_WORDS.sub(" ", text).split()
    return frozenset(part[at : at + 2] for part in parts for at in range(len(part) - 1))
