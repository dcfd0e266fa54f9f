"""Lists, their items, and who was asked what by when.

A list is issued (下发): each of its items asks units, persons or the holders of a post, once or by a
cadence; every asking is an assignment with its own clock and its own way from open to done.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.org.models import Unit
from linghang.people.models import Person, Post
from linghang.platform.languages import choose
from linghang.worklists.enums import (
    Acceptance,
    Cadence,
    ExtensionState,
    ListKind,
    ListState,
    Owner,
    ProofUse,
    TaskState,
)


class Template(models.Model):
    """A list to start from, from an installed pack: its items as rows of packs.ItemRow."""

    code = models.CharField(max_length=60, unique=True)
    title_en = models.CharField(max_length=120)
    title_zh = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=ListKind, default=ListKind.TASKS)
    basis = models.CharField(max_length=200, blank=True)
    items = models.JSONField(default=list)  # rows of packs.ItemRow
    pack = models.CharField(max_length=60, blank=True)
    retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:

        return choose(self.title_en, self.title_zh)


class Draft(models.Model):
    """A list being written: nobody but its issuer's unit sees it, and nothing is asked by it yet.

    `rows` are items as mapping.write_row puts them. When it is issued it becomes a Worklist and goes.
    """

    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=ListKind, default=ListKind.TASKS)
    issuer = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    template = models.CharField(max_length=60, blank=True)
    basis = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    rows = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=0)
    job = models.BigIntegerField(null=True, blank=True)  # the background job that issues it
    worklist = models.ForeignKey(
        "Worklist", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )  # what came of it, once a job has issued it
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.title


class Worklist(models.Model):
    """A list somebody issued: 一览表, 工作清单, 学习计划, 履责清单, 书目 …

    `root` is the bureau, `issuer` the unit in whose name it goes down: everything stays under it.
    """

    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=ListKind, default=ListKind.TASKS)
    state = models.CharField(max_length=10, choices=ListState, default=ListState.ISSUED)
    root = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    issuer = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="issued_lists"
    )
    template = models.CharField(max_length=60, blank=True)
    basis = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)  # the last day, inclusive
    reason_over_cap = models.CharField(max_length=400, blank=True)  # why it was issued all the same
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["root", "title"], name="one_list_per_title_and_bureau"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="list_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Item(models.Model):
    """One line of a list: what is to be done, to which standard, by whom, by when, proved by what."""

    worklist = models.ForeignKey(Worklist, on_delete=models.PROTECT, related_name="items")
    number = models.PositiveSmallIntegerField()
    section = models.CharField(max_length=60, blank=True)  # heading it stands under
    text = models.CharField(max_length=200)
    standard = models.CharField(max_length=400, blank=True)
    owner = models.CharField(max_length=12, choices=Owner, default=Owner.UNITS)
    post = models.ForeignKey(
        Post, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    units = models.ManyToManyField(Unit, blank=True, related_name="+")  # of Owner.UNITS
    persons = models.ManyToManyField(Person, blank=True, related_name="+")  # of Owner.PERSONS
    due_on = models.DateField(null=True, blank=True)  # of an item without cadence
    due_in = models.PositiveSmallIntegerField(null=True, blank=True)  # working days, as asked
    cadence = models.CharField(max_length=8, choices=Cadence, blank=True)
    required = models.BooleanField(default=True)  # an optional item (选学) is never late
    needs_evidence = models.BooleanField(default=False)
    acceptance = models.CharField(max_length=10, choices=Acceptance, default=Acceptance.NONE)
    accepter = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # What facts prove: so many (hundredths) of a kind between the asking and the due day.
    proof_kind = models.CharField(max_length=60, blank=True)
    proof_least = models.BigIntegerField(default=100)
    proof_use = models.CharField(max_length=8, choices=ProofUse, default=ProofUse.OFFER)
    repeats = models.CharField(max_length=200, blank=True)  # why it is asked though known already
    opened = models.CharField(max_length=8, blank=True)  # the last period of the cadence opened
    added_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["worklist", "number", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["worklist", "number"], name="one_item_per_number"),
            models.CheckConstraint(
                condition=Q(due_on__isnull=True) | Q(cadence=""),
                name="item_has_a_day_or_a_cadence",
            ),
            models.CheckConstraint(
                condition=~Q(acceptance=Acceptance.UNIT) | Q(accepter__isnull=False),
                name="item_names_its_accepter",
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Assignment(models.Model):
    """One item asked of one unit, or of one person in a unit, by one date.

    `finished_on` is the day the work was done, as said when it was handed in; acceptance comes
    later and does not move it. `first_due_on` never changes, `due_on` follows granted extensions.
    `version` rises with every act, so that of two people acting at once one is told.
    """

    # Relations whose index another one begins with, or which nobody searches by, have none of their
    # own: a list issued to three thousand units writes every index 108,000 times.
    worklist = models.ForeignKey(
        Worklist, on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="assignments")
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, related_name="assignments", db_index=False
    )
    person = models.ForeignKey(
        Person,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assignments",
        db_index=False,
    )
    period = models.CharField(max_length=8, blank=True)  # of a cadence: linghang_core.periods
    first_due_on = models.DateField()
    due_on = models.DateField()
    provisional = models.BooleanField(default=False)  # a year without a working-day notice
    finished_on = models.DateField(null=True, blank=True)
    accepted_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=TaskState, default=TaskState.OPEN)
    version = models.PositiveIntegerField(default=0)
    result = models.CharField(max_length=400, blank=True)
    evidence = models.CharField(max_length=400, blank=True)
    # The record that proves the task, named as the ledger names it ("activities.activity", 12):
    # worklists stand below the apps that record.
    proof_type = models.CharField(max_length=40, blank=True)
    proof_id = models.BigIntegerField(null=True, blank=True)
    finished_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    asked_on = models.DateField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["unit", "due_on"]),
            models.Index(fields=["person", "state", "due_on"]),
            models.Index(fields=["state", "due_on"]),
            # The matrix is counted from this index alone, without touching the rows.
            models.Index(
                fields=["worklist", "unit", "item", "state", "due_on"], name="matrix_of_a_list"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "unit", "first_due_on"],
                condition=Q(person__isnull=True),
                name="one_assignment_per_unit_and_due_date",
            ),
            models.UniqueConstraint(
                fields=["item", "unit", "person", "first_due_on"],
                condition=Q(person__isnull=False),
                name="one_assignment_per_person_and_due_date",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[TaskState.DONE, TaskState.HANDED_IN], finished_on__isnull=False
                )
                | Q(state__in=[TaskState.OPEN, TaskState.RETURNED], finished_on__isnull=True)
                | Q(state=TaskState.WITHDRAWN),
                name="assignment_is_done_with_its_date",
            ),
        ]

    def __str__(self) -> str:
        return self.item.text


class Extension(models.Model):
    """A later day, asked for with a reason, granted or refused with a word, and kept."""

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="extensions")
    old_due_on = models.DateField()
    new_due_on = models.DateField()
    reason = models.CharField(max_length=400)
    state = models.CharField(max_length=8, choices=ExtensionState, default=ExtensionState.ASKED)
    asked_at = models.DateTimeField(auto_now_add=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment"],
                condition=Q(state=ExtensionState.ASKED),
                name="one_extension_waits",
            ),
            models.CheckConstraint(
                condition=Q(new_due_on__gt=F("old_due_on")), name="extension_is_later"
            ),
        ]


class Act(models.Model):
    """One act on a list, an item or an assignment: who, when, from which state to which, and why.

    Rows are only ever added. Issuing writes one act for the list, not one for each assignment.
    """

    worklist = models.ForeignKey(Worklist, on_delete=models.PROTECT, related_name="acts")
    item = models.ForeignKey(Item, null=True, on_delete=models.PROTECT, related_name="acts")
    assignment = models.ForeignKey(
        Assignment, null=True, on_delete=models.PROTECT, related_name="acts"
    )
    verb = models.CharField(max_length=20)  # enums.Verb
    was = models.CharField(max_length=10, blank=True)
    became = models.CharField(max_length=10, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    old = models.JSONField(default=dict)  # what a corrected or returned record said before
    at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["assignment", "at"]),
            models.Index(fields=["worklist", "at"]),
        ]
