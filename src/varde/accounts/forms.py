"""allauth's forms with a bound on what is hashed: a password of a megabyte is an attack."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

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


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """A key that logs in alone unless somebody says otherwise: that is what a passkey is for."""

    name = forms.CharField(label=_("Name"), required=False, max_length=100)
    passwordless = forms.BooleanField(
        label=_("Log in with it alone"),
        help_text=_("The key then asks for a PIN or a fingerprint instead of a password."),
        initial=True,
        required=False,
    )


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]  # as above
    name = forms.CharField(label=_("Name"), max_length=100)
