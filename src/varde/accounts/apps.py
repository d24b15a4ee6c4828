from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "varde.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("varde.accounts.receivers")
