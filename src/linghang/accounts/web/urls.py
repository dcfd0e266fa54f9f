"""Addresses of log-in and one's own account."""

from django.contrib.auth.views import LogoutView
from django.urls import path

from linghang.accounts.web import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("profile/", views.show_profile, name="profile"),
    path("password/", views.change_password, name="password"),
    path("users/", views.list_users, name="users"),
    path("users/add/", views.add_user, name="add-user"),
    path("users/<int:pk>/", views.show_user, name="user"),
    path("users/<int:pk>/active/", views.switch_active, name="switch-active"),
]
