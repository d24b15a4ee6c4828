"""The pages of logging in. allauth's own list has more than we offer, so each is named here.

There is no sign-up, no list of addresses and no password by e-mail: users are made by the centre,
and whoever cannot log in is given a one-time link.
"""

from allauth.account import views as account
from django.urls import include, path

from varde.accounts.views import login_by_link

urlpatterns = [
    path("login/<str:token>/", login_by_link, name="login_by_link"),
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/inactive/", account.account_inactive, name="account_inactive"),
    path("accounts/signup/", account.signup, name="account_signup"),  # says that it is closed
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path("accounts/password/set/", account.password_set, name="account_set_password"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
]
