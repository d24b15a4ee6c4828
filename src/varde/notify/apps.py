from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "varde.notify"
    label = "notify"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from varde.notify import receivers  # noqa: PLC0415 - models must be loaded first

        receivers.connect()
