"""Addresses of notices and of the personal calendar. What waits, and what is new, is `portal:notices`."""

from django.urls import path

from linghang.platform.notices.web import views

app_name = "notices"
urlpatterns = [
    path("notices/received/", views.list_notices, name="list"),
    path("notices/received/read/", views.read_all, name="read-all"),
    path("notices/received/<int:pk>/", views.open_notice, name="open"),
    path("notices/wishes/", views.edit_wishes, name="wishes"),
    path("notices/wishes/calendar/", views.make_feed, name="make-feed"),
    path("notices/wishes/calendar/revoke/", views.revoke_feed, name="revoke-feed"),
    path("notices/sent/", views.list_deliveries, name="deliveries"),
    path("notices/sent/test/", views.order_test, name="test"),
    path("calendar/<str:token>.ics", views.show_calendar, name="calendar"),
]
