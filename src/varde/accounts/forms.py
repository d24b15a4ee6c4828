"""allauth's forms with a bound on what is hashed: a password of a megabyte is an attack."""

from typing import Any

from allauth.account import forms as account
from django import forms
from django.core.validators import MaxLengthValidator

LONGEST_PASSWORD = 256


def _bounded(form: type[Any]) -> type[Any]:
    """The form, which refuses a password that is too long before anything hashes it."""

    def bound(self: forms.Form, *args: object, **kwargs: object) -> None:
        form.__init__(self, *args, **kwargs)
        for field in self.fields.values():
            if isinstance(field.widget, forms.PasswordInput):
                field.validators.append(MaxLengthValidator(LONGEST_PASSWORD))

    return type(form.__name__, (form,), {"__init__": bound})


LoginForm = _bounded(account.LoginForm)
ReauthenticateForm = _bounded(account.ReauthenticateForm)
ChangePasswordForm = _bounded(account.ChangePasswordForm)
SetPasswordForm = _bounded(account.SetPasswordForm)
