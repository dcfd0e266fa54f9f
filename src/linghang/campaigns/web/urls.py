"""Addresses of special actions and commitments."""

from django.urls import path

from linghang.campaigns.web.views import actions, commitments, public

app_name = "campaigns"
urlpatterns = [
    path("", actions.list_campaigns, name="campaigns"),
    path("add/", actions.add_campaign, name="add-campaign"),
    path("<int:pk>/", actions.show_campaign, name="campaign"),
    path("<int:pk>/change/", actions.change_campaign, name="change"),
    path("<int:pk>/begin/", actions.begin_campaign, name="begin"),
    path("<int:pk>/wind-up/", actions.wind_up_campaign, name="wind-up"),
    path("<int:pk>/close/", actions.close_campaign, name="close"),
    path("<int:pk>/bulletin/", actions.download_bulletin, name="bulletin"),
    path("<int:pk>/week/", actions.download_week, name="week"),
    path("commitments/", commitments.list_commitments, name="commitments"),
    path("commitments/add/", commitments.add_commitment, name="add-commitment"),
    path("commitments/years/", commitments.compare_years, name="years"),
    path("commitments/<int:pk>/", commitments.show_commitment, name="commitment"),
    path("commitments/<int:pk>/report/", commitments.report, name="report"),
    path("commitments/<int:pk>/problem/", commitments.raise_problem, name="raise-problem"),
    path("commitments/<int:pk>/withdraw/", commitments.withdraw, name="withdraw"),
    path("commitments/<int:pk>/carry-over/", commitments.carry_over, name="carry-over"),
    path("commitments/<int:pk>/sheet/", commitments.show_sheet, name="sheet"),
    path("commitments/<int:pk>/code/", commitments.download_code, name="code"),
    path("p/<slug:code>/", public.show_public, name="public"),
]
