"""MISP events as a test needs them."""

from typing import Any

UUID = "5f0c1a2e-0000-4000-8000-00000000000a"


def event(*attributes: dict[str, Any], **facts: Any) -> dict[str, Any]:
    every = [{"to_ids": True, "category": "Network activity", **a} for a in attributes]
    return {"Event": {"uuid": UUID, "info": "A campaign", "Attribute": every, **facts}}
