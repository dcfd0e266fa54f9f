from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StudyConfig(AppConfig):
    name = "linghang.study"
    label = "study"

    def ready(self) -> None:
        from linghang.platform.files.api import register_owner  # models are loaded by now
        from linghang.platform.notices import api as notices
        from linghang.platform.ui import navigation
        from linghang.study import access, queries
        from linghang.study.enums import ClaimState
        from linghang.study.models import Claim, Lecture

        notices.register_reminder("study", queries.list_reminders)
        notices.register_dates("study", queries.list_dates)
        register_owner(
            "study.claim",
            visible=lambda scope, pk: queries.list_claims(scope).filter(pk=pk).exists(),
            may_add=lambda scope, pk: (
                queries.list_claims(scope)
                .filter(pk=pk, person_id=scope.person_id or 0, state=ClaimState.CLAIMED)
                .exists()
            ),
            unit_path=lambda pk: Claim.objects.values_list("unit__path", flat=True).get(pk=pk),
        )
        notices.register_reminder("study.lectures", queries.list_lecture_reminders)
        notices.register_dates("study.lectures", queries.list_lecture_dates)
        register_owner(
            "study.lecture",
            visible=lambda scope, pk: queries.list_lectures(scope).filter(pk=pk).exists(),
            may_add=lambda scope, pk: any(
                access.can_attach(scope, row) for row in queries.list_lectures(scope).filter(pk=pk)
            ),
            unit_path=lambda pk: Lecture.objects.values_list("roster__unit__path", flat=True).get(
                pk=pk
            ),
        )
        navigation.register(
            navigation.Entry(
                "study",
                _("Study"),
                "book",
                "study:home",
                None,
                33,
                section=navigation.LIFE,
            )
        )
