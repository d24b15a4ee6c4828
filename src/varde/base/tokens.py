"""Secrets in links: the holder has the token, we keep only its SHA-256."""

import hashlib
import secrets


def new_token() -> tuple[str, str]:
    """A token of 256 random bits, safe in a URL, and the digest to store instead of it."""
    token = secrets.token_urlsafe(32)
    return token, digest_of(token)


def digest_of(token: str) -> str:
    """The SHA-256 of ``token`` in hexadecimal.

    A plain hash suffices: the token has too many bits to be guessed, so nothing needs to be slow.
    Looking a digest up in an index leaks no time about the token, because the caller cannot steer
    the digest's prefix.
    """
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
