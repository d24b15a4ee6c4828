"""What every page carries, whichever page it is."""

import pytest
from django.test import Client

# Every audience's own tests try their own pages; these are the ones anybody may open.
PAGES = ["/", "/accounts/login/", "/no-such-page/", "/healthz"]


@pytest.mark.django_db
@pytest.mark.parametrize("page", PAGES)
def test_every_page_is_private_and_strict(client: Client, page: str) -> None:
    headers = client.get(page).headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert "no-store" in headers["Cache-Control"]
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in {"no-referrer", "same-origin"}
    assert "camera=()" in headers["Permissions-Policy"]


@pytest.mark.django_db
def test_static_files_may_be_kept(client: Client) -> None:
    response = client.get("/static/base/layout.css")

    assert response.status_code == 200
    assert "no-store" not in response.headers["Cache-Control"]
    response.close()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [("nb", "Fant ikke siden"), ("nn", "Fann ikkje sida"), ("en", "Page not found")],
)
def test_a_missing_page_speaks_the_readers_language(
    client: Client, language: str, words: str
) -> None:
    response = client.get("/no-such-page/", headers={"accept-language": language})

    assert response.status_code == 404
    assert f'<h1 class="ds-heading" data-size="lg">{words}</h1>' in response.content.decode()


@pytest.mark.django_db
def test_a_body_that_is_too_large_is_refused_before_it_is_read(client: Client) -> None:
    body = "x=" + "a" * (5 * 1024 * 1024)

    response = client.post(
        "/accounts/login/", body, content_type="application/x-www-form-urlencoded"
    )

    assert response.status_code == 400
    assert "Ingenting er lagret" in response.content.decode()
