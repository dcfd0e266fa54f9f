"""Persons, roles, posts, appointments."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from linghang.org.models import Unit
from linghang.people.enums import FIELD_LABELS, MemberKind, RequestState, Sex, Standing
from linghang.platform.crypto.fields import EncryptedTextField
from linghang.platform.languages import choose


class Person(models.Model):
    """A person. Identity number, telephone and address are encrypted and shown masked by
    default.
    """

    code = models.CharField(max_length=20, unique=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="person",
    )
    name = models.CharField(max_length=60, db_index=True)
    identity_number = EncryptedTextField(blank=True)
    identity_index = models.CharField(max_length=64, blank=True)
    sex = models.CharField(max_length=1, choices=Sex, default=Sex.UNKNOWN)
    ethnic_group = models.CharField(max_length=20, blank=True)
    born_on = models.DateField(null=True, blank=True)
    education = models.CharField(max_length=30, blank=True)
    job = models.CharField(max_length=60, blank=True)
    phone = EncryptedTextField(blank=True)
    address = EncryptedTextField(blank=True)
    member_kind = models.CharField(max_length=14, choices=MemberKind, default=MemberKind.FULL)
    joined_on = models.DateField(null=True, blank=True)
    full_on = models.DateField(null=True, blank=True)
    standing = models.CharField(max_length=10, choices=Standing, default=Standing.NORMAL)
    is_lost = models.BooleanField(default=False)
    is_floating = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["identity_index"],
                condition=~Q(identity_index=""),
                name="one_person_per_identity_number",
            ),
            models.CheckConstraint(
                condition=~Q(member_kind=MemberKind.PROBATIONARY) | Q(full_on__isnull=True),
                name="probationary_member_has_no_full_date",
            ),
            models.CheckConstraint(
                condition=Q(full_on__isnull=True)
                | Q(joined_on__isnull=True)
                | Q(full_on__gt=F("joined_on")),
                name="full_membership_follows_joining",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PersonDetails(models.Model):
    """What the national roster form asks beyond `Person`, which lists read; a row once something is known.

    The day of entering the branch is none of it: that is the beginning of the membership.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="details")
    former_name = models.CharField(max_length=60, blank=True)
    native_place = models.CharField(max_length=60, blank=True)
    birth_place = models.CharField(max_length=60, blank=True)
    started_work_on = models.DateField(null=True, blank=True)
    full_time_education = models.CharField(max_length=30, blank=True)
    full_time_degree = models.CharField(max_length=30, blank=True)
    full_time_school = models.CharField(max_length=80, blank=True)
    full_time_major = models.CharField(max_length=60, blank=True)
    in_service_education = models.CharField(max_length=30, blank=True)
    in_service_degree = models.CharField(max_length=30, blank=True)
    in_service_school = models.CharField(max_length=80, blank=True)
    in_service_major = models.CharField(max_length=60, blank=True)
    technical_title = models.CharField(max_length=60, blank=True)
    social_stratum = models.CharField(max_length=60, blank=True)  # 新社会阶层类型
    frontline = models.CharField(max_length=60, blank=True)  # 一线情况
    introducers = models.CharField(max_length=80, blank=True)
    file_place = models.CharField(max_length=80, blank=True)  # 档案所在单位
    household_police = EncryptedTextField(blank=True)  # 户籍所在地派出所
    email = EncryptedTextField(blank=True)
    other_party = models.CharField(max_length=60, blank=True)  # 其他党团
    other_party_on = models.DateField(null=True, blank=True)
    abroad = models.CharField(max_length=80, blank=True)
    is_first_secretary = models.BooleanField(default=False)  # 第一书记
    is_party_worker = models.BooleanField(default=False)  # 党务工作者

    def __str__(self) -> str:
        return self.person.name


class CorrectionRequest(models.Model):
    """提出更正: what a member says is right about themselves, and what the branch answered."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="requests")
    field = models.CharField(max_length=30)
    stated = EncryptedTextField()
    reason = models.CharField(max_length=300)
    state = models.CharField(
        max_length=10, choices=RequestState, default=RequestState.OPEN, db_index=True
    )
    answer = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-sent_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "field"],
                condition=Q(state=RequestState.OPEN),
                name="one_open_request_per_field",
            ),
            models.CheckConstraint(
                condition=Q(state=RequestState.OPEN) | Q(decided_at__isnull=False),
                name="a_decided_request_has_its_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person.name}：{self.label}"

    @property
    def label(self) -> str:
        """Return what the field is called."""
        return str(FIELD_LABELS[self.field])

    @property
    def standing(self) -> RequestState:
        """Return the state with its colour and icon."""
        return RequestState(self.state)


class Role(models.Model):
    """A named set of permissions with a description a person can read. Rows, not code."""

    code = models.CharField(max_length=30, primary_key=True)
    title_en = models.CharField(max_length=60)
    title_zh = models.CharField(max_length=60)
    description_en = models.CharField(max_length=300)
    description_zh = models.CharField(max_length=300)
    permissions = models.JSONField(default=list)  # [{"permission": …, "reach": …}]


class Post(models.Model):
    """A post somebody can be appointed to. Posts are rows: units name their own."""

    code = models.CharField(max_length=30, primary_key=True)
    title_en = models.CharField(max_length=60)
    title_zh = models.CharField(max_length=60)
    aliases = models.JSONField(default=list)
    role = models.ForeignKey(Role, on_delete=models.PROTECT)
    order = models.PositiveSmallIntegerField(default=100)
    is_committee = models.BooleanField(default=False)

    class Meta:
        ordering = ["order"]

    def __str__(self) -> str:

        return choose(self.title_en, self.title_zh)


class Appointment(models.Model):
    """The one way a person is tied to a unit, membership included; [valid_from, valid_to)."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="appointments")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="appointments")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    basis = models.CharField(max_length=120, blank=True)
    document_number = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "post", "valid_to"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="appointment_is_not_empty",
            ),
            models.UniqueConstraint(
                fields=["person", "unit", "post"],
                condition=Q(valid_to__isnull=True),
                name="one_open_appointment_per_post",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(valid_to__isnull=True, post_id="member"),
                name="member_of_one_branch",
            ),
        ]
