"""The URL of a request, from what a sensor writes apart."""


def request_url(
    host: str | None, port: int | None, target: str | None, method: str | None
) -> str | None:
    """``http://host[:port]/path?query``; None where there is no path, or no host to go with it.

    A request to a proxy names the whole URL; CONNECT names no path.
    """
    if target is None or method == "CONNECT":
        return None
    if "://" in target:
        return target
    if not host:
        return None
    named = f":{port}" if port and ":" not in host else ""
    return f"http://{host.lower()}{named}{'' if target.startswith('/') else '/'}{target}"
