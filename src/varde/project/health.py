"""Answers for machines: whether this process can reach the records, and what it has not."""

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache


@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """``ok`` with 200, or 503 where the database does not answer. Says nothing else."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("no database\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


def not_here(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What a process without pages says to whoever asks for one."""
    del exception
    return HttpResponse("not here\n", status=404, content_type="text/plain")
