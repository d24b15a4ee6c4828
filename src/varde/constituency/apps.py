from django.apps import AppConfig


class ConstituencyConfig(AppConfig):
    name = "varde.constituency"
    label = "constituency"
    default_auto_field = "django.db.models.BigAutoField"
