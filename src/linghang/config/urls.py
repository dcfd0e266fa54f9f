"""Every address of the application. A new one also stands in tests/test_permissions.py."""

from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("", include("linghang.portal.web.urls")),
    path("account/", include("linghang.accounts.web.urls")),
    path("units/", include("linghang.org.web.urls")),
    path("people/", include("linghang.people.web.urls")),
    path("ledger/", include("linghang.ledger.web.urls")),
    path("worklists/", include("linghang.worklists.web.urls")),
    path("rectification/", include("linghang.rectification.web.urls")),
    path("activities/", include("linghang.activities.web.urls")),
    path("appraisal/", include("linghang.appraisal.web.urls")),
    path("care/", include("linghang.care.web.urls")),
    path("membership/", include("linghang.membership.web.urls")),
    path("dues/", include("linghang.dues.web.urls")),
    path("elections/", include("linghang.elections.web.urls")),
    path("meetings/", include("linghang.meetings.web.urls")),
    path("transfers/", include("linghang.transfers.web.urls")),
    path("study/", include("linghang.study.web.urls")),
    path("pioneers/", include("linghang.pioneers.web.urls")),
    path("handbook/", include("linghang.handbook.web.urls")),
    path("service/", include("linghang.service.web.urls")),
    path("routing/", include("linghang.routing.web.urls")),
    path("research/", include("linghang.research.web.urls")),
    path("diagnosis/", include("linghang.diagnosis.web.urls")),
    path("assessment/", include("linghang.assessment.web.urls")),
    path("supervision/", include("linghang.supervision.web.urls")),
    path("campaigns/", include("linghang.campaigns.web.urls")),
    path("burden/", include("linghang.burden.web.urls")),
    path("evaluation/", include("linghang.evaluation.web.urls")),
    path("contests/", include("linghang.contests.web.urls")),
    path("distinctions/", include("linghang.distinctions.web.urls")),
    path("reports/", include("linghang.reports.web.urls")),
    path("library/", include("linghang.library.web.urls")),
    path("", include("linghang.platform.notices.web.urls")),
    path("import/", include("linghang.platform.sheets.web.urls")),
    path("files/", include("linghang.platform.files.web.urls")),
    path("ui/", include("linghang.platform.ui.urls")),
    path("language/", set_language, name="set_language"),
]

handler400 = "linghang.platform.ui.views.bad_request"
handler403 = "linghang.platform.ui.views.forbidden"
handler404 = "linghang.platform.ui.views.not_found"
handler500 = "linghang.platform.ui.views.server_error"
