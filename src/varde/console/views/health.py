"""Whether the sensors speak, and whether every line they sent is accounted for."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from varde.console.access import StaffRequest, reading_page
from varde.console.charts import lines_chart
from varde.monitoring.queries import SensorHealth, batches_visible_to, sensor_health

_BATCHES_SHOWN = 25


@reading_page
@require_GET
def health(request: StaffRequest) -> HttpResponse:
    sensors = sensor_health(request.user, now=timezone.now())
    batches = batches_visible_to(request.user).select_related("sensor")[:_BATCHES_SHOWN]
    context = {
        "sensors": [(one, _sparkline(one)) for one in sensors],
        "silent": sum(1 for one in sensors if one.is_silent),
        "received": sum(one.total.received for one in sensors),
        "dead": sum(one.total.dead_lettered for one in sensors),
        "duplicate": sum(one.total.duplicate for one in sensors),
        "chart": _chart(sensors),
        "batches": batches,
    }
    return render(request, "console/health.html", context)


def _sparkline(sensor: SensorHealth) -> list[tuple[int, int]]:
    """For each hour its number and its height, 0 to 20, of the sensor's busiest hour."""
    counts = [count.received for _hour, count in sensor.hours]
    most = max(counts, default=0) or 1
    return [(n, -(-count * 20 // most)) for n, count in enumerate(counts)]


def _chart(sensors: list[SensorHealth]) -> object:
    hours = [hour for hour, _count in sensors[0].hours] if sensors else []
    stored = [sum(s.hours[n][1].stored for s in sensors) for n in range(len(hours))]
    dead = [sum(s.hours[n][1].dead_lettered for s in sensors) for n in range(len(hours))]
    return lines_chart(hours, {"fjord": (_("Stored"), stored), "danger": (_("Dead letters"), dead)})
