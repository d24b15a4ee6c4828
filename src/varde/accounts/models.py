"""People who log in."""

from typing import Any

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from varde.accounts.enums import OPERATOR_ROLES, STAFF_ROLES, Language, Role


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":  # noqa: ANN401 - Django's own signature
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractUser):
    """A person who logs in by e-mail address; without a password until they choose one."""

    username = None  # type: ignore[assignment]  # e-mail is the name; Django allows removal so
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=20, choices=Role)
    language = models.CharField(max_length=2, choices=Language, default=Language.BOKMAL)
    # Counted up to end every session of theirs, on every machine, at the next request.
    generation = models.PositiveIntegerField(default=0)

    objects = UserManager()  # type: ignore[assignment,misc]  # replaces the user-name manager

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_centre(self) -> bool:
        """Whether they work at the centre (and must use a second factor)."""
        return self.role in STAFF_ROLES

    @property
    def is_operator(self) -> bool:
        """Whether they work on alerts and cases."""
        return self.role in OPERATOR_ROLES

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """A session holds as long as the password, the role and the generation stay the same."""
        held = f"{self.password}\n{self.role}\n{self.generation}"
        return salted_hmac("varde.accounts.session", held, secret, algorithm="sha256").hexdigest()


class LoginLink(models.Model):
    """A one-time way in, given by the command line; only the token's SHA-256 is stored."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="login_links")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"link for {self.user_id}"
