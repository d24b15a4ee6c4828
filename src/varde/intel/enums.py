from django.db import models
from django.utils.translation import gettext_lazy as _


class IndicatorType(models.TextChoices):
    IP = "ip", _("IP address")
    CIDR = "cidr", _("Network")
    DOMAIN = "domain", _("Domain")
    URL = "url", _("URL")
    MD5 = "md5", "MD5"
    SHA1 = "sha1", "SHA-1"
    SHA256 = "sha256", "SHA-256"
    JA3 = "ja3", "JA3"
    JA4 = "ja4", "JA4"
    CERTIFICATE = "certificate", _("Certificate fingerprint")
    EMAIL = "email", _("E-mail address")


class Reliability(models.TextChoices):
    """How far a source is trusted (admiralty scale)."""

    A = "a", _("Completely reliable")
    B = "b", _("Usually reliable")
    C = "c", _("Fairly reliable")
    D = "d", _("Not usually reliable")
    E = "e", _("Unreliable")
    F = "f", _("Cannot be judged")
