"""The project's own checks: each module has ``check(root) -> list of complaints``."""
