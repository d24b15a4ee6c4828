"""Whether the sensors speak, and whether every line they sent is accounted for."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet, Sum
from django.db.models.functions import TruncHour

from varde.accounts.policies import AnyUser
from varde.monitoring.enums import BatchState
from varde.monitoring.models import Batch, Sensor, SensorPlacement
from varde.monitoring.policies import may_see_sensors

SILENT_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class LineCounts:
    """``received`` = ``stored`` + ``dead_lettered``; ``duplicate`` lines came once too often."""

    received: int = 0
    stored: int = 0
    duplicate: int = 0
    dead_lettered: int = 0
    findings: int = 0
    suppressed: int = 0

    def __add__(self, other: "LineCounts") -> "LineCounts":
        return LineCounts(*(getattr(self, f) + getattr(other, f) for f in _FIGURES))


_FIGURES = tuple(LineCounts.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class SensorHealth:
    """A sensor over the last hours: ``hours`` without a gap, ``total`` their sum.

    ``lag`` = how much older its newest event was than the batch that brought it. ``reasons`` of
    lines that could not be read, most frequent first. ``failed``, ``unfinished`` count batches.
    """

    sensor: Sensor
    is_silent: bool
    lag: timedelta | None
    hours: list[tuple[datetime, LineCounts]]
    total: LineCounts
    reasons: list[tuple[str, int]]
    failed: int
    unfinished: int


def sensors_visible_to(user: AnyUser) -> QuerySet[Sensor]:
    """The sensors that ``user`` may see: the centre's people see all, others none."""
    return Sensor.objects.all() if may_see_sensors(user) else Sensor.objects.none()


def placements_visible_to(user: AnyUser) -> QuerySet[SensorPlacement]:
    """Whose traffic each sensor sees or saw, for those who see the sensors."""
    return SensorPlacement.objects.filter(sensor__in=sensors_visible_to(user)).select_related(
        "sensor"
    )


def batches_visible_to(user: AnyUser) -> QuerySet[Batch]:
    """The batches that ``user`` may see, newest first."""
    return Batch.objects.all() if may_see_sensors(user) else Batch.objects.none()


def sensor_health(user: AnyUser, *, now: datetime, hours: int = 24) -> list[SensorHealth]:
    """Each sensor's last ``hours``, in four queries however many sensors there are."""
    since = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    grid = [since - timedelta(hours=n) for n in reversed(range(hours))]
    recent = batches_visible_to(user).filter(received_at__gte=grid[0]).order_by()
    counts = _counts_by_hour(recent)
    unread = recent.filter(dead_lettered__gt=0)
    reasons = _reasons(unread.values_list("sensor_id", "dead_letter_reasons"))
    unhappy = recent.exclude(state=BatchState.DONE).values_list("sensor_id", "state")
    states = Counter((sensor, BatchState(state)) for sensor, state in unhappy)
    return [
        SensorHealth(
            sensor=sensor,
            is_silent=not sensor.last_batch_at or now - sensor.last_batch_at > SILENT_AFTER,
            lag=_lag(sensor),
            hours=(row := [(hour, counts.get((sensor.pk, hour), LineCounts())) for hour in grid]),
            total=sum((count for _, count in row), LineCounts()),
            reasons=reasons.get(sensor.pk, Counter()).most_common(),
            failed=states[sensor.pk, BatchState.FAILED],
            unfinished=states[sensor.pk, BatchState.RECEIVED],
        )
        for sensor in sensors_visible_to(user)
    ]


def _counts_by_hour(batches: QuerySet[Batch]) -> dict[tuple[int, datetime], LineCounts]:
    rows = (
        batches.annotate(hour=TruncHour("received_at", tzinfo=UTC))
        .values_list("sensor_id", "hour")
        .annotate(*(Sum(name) for name in _FIGURES))
    )
    return {(sensor, hour): LineCounts(*sums) for sensor, hour, *sums in rows}


def _reasons(rows: Iterable[tuple[int, Mapping[str, int]]]) -> dict[int, Counter[str]]:
    reasons: dict[int, Counter[str]] = {}
    for sensor, counts in rows:
        reasons.setdefault(sensor, Counter()).update(counts)
    return reasons


def _lag(sensor: Sensor) -> timedelta | None:
    if not sensor.last_event_at or not sensor.last_batch_at:
        return None
    return max(sensor.last_batch_at - sensor.last_event_at, timedelta())
