"""Special actions, commitments and records for the tests of campaigns."""

from __future__ import annotations

from datetime import date

from linghang.activities import api as activities
from linghang.activities.models import ActivityKind
from linghang.campaigns import services
from linghang.campaigns.models import Commitment

TODAY = date(2026, 11, 21)


def made(bureau, **fields) -> Commitment:
    values = {
        "title": "低电压台区治理",
        "promise": "夏季前完成",
        "beneficiaries": "台区客户",
        "unit": bureau.branch,
        "due_on": date(2026, 12, 31),
    } | fields
    draft = services.CommitmentDraft(**values)
    return services.promise(drafts=[draft], actor=bureau.officer.user)[0]


def planned(bureau, **fields):
    values = {
        "title": "身边无违章",
        "root": bureau.committee,
        "starts_on": date(2026, 11, 1),
        "ends_on": date(2026, 12, 10),
        "kinds": ["activity.theme_day"],
    } | fields
    return services.plan_campaign(actor=bureau.officer.user, **values)


def hold(bureau, unit, on, topic):
    kind = ActivityKind.objects.get(code="theme_day")
    activities.record_activities(
        drafts=[activities.ActivityDraft(kind, unit, on, topic)], actor=bureau.officer.user
    )
