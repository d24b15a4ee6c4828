"""The page for machines."""

import pytest
from django.db import DatabaseError, connection
from django.test import Client, RequestFactory

from varde.project.health import not_here


@pytest.mark.django_db
def test_a_process_that_reaches_the_records_is_well(client: Client) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok\n")
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
def test_a_process_without_its_database_says_so(client: Client) -> None:
    def refuse(*_arguments: object) -> None:
        raise DatabaseError("the disk is gone")

    with connection.execute_wrapper(refuse):
        response = client.get("/healthz")

    assert (response.status_code, response.content) == (503, b"no database\n")


def test_the_process_without_pages_says_so_plainly(rf: RequestFactory) -> None:
    response = not_here(rf.get("/console/"), exception=None)

    assert (response.status_code, response.content) == (404, b"not here\n")
