"""What anybody may open."""

from django.urls import path

from varde.public.views.front import front
from varde.public.views.notice import notice

app_name = "public"
urlpatterns = [
    path("", front, name="front"),
    path("n/<str:token>/", notice, name="notice"),
]
