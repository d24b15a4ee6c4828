import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from varde.accounts.models import User
from varde.members.access import MemberRequest, member_page


@member_page
def door(request: MemberRequest) -> HttpResponse:
    return HttpResponse(request.user.email)


def test_only_members_contacts_pass(
    rf: RequestFactory, contact: User, analyst: User, leader: User
) -> None:
    request = rf.get("/")
    request.user = contact
    assert door(request).content.decode() == contact.email  # type: ignore[arg-type]  # it narrows

    for person in (analyst, leader):
        request.user = person
        with pytest.raises(Http404):
            door(request)  # type: ignore[arg-type]  # it narrows

    request.user = AnonymousUser()
    assert door(request).status_code == 302  # type: ignore[arg-type]  # it narrows
