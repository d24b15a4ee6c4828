"""Reads of the outbox."""

from django.db.models import QuerySet
from django_tasks_db.models import DBTaskResult

from varde.accounts.models import User
from varde.notify.enums import DeliveryState
from varde.notify.models import Delivery
from varde.notify.policies import may_read_outbox


def deliveries_visible_to(user: User) -> QuerySet[Delivery]:
    """The outbox: everything to operators and auditors, nothing to anybody else."""
    if not may_read_outbox(user):
        return Delivery.objects.none()
    return Delivery.objects.select_related("notification__organisation", "contact")


def outbox_page(
    user: User, *, state: str = "", organisation_id: int | None = None
) -> QuerySet[Delivery]:
    """Deliveries, newest first, with their attempts: three queries whatever the page's length."""
    deliveries = deliveries_visible_to(user).prefetch_related("attempts")
    if state in DeliveryState.values:
        deliveries = deliveries.filter(state=state)
    if organisation_id is not None:
        deliveries = deliveries.filter(notification__organisation_id=organisation_id)
    return deliveries.order_by("-id")


def is_waiting(job: str) -> bool:
    """Whether the job at this path has not begun yet: it will see all that is committed now."""
    return DBTaskResult.objects.ready().filter(task_path=job).exists()
