"""Why a value or a file was not taken: stable codes, put into words by ``reasons``."""


class NotAnIndicator(ValueError):  # noqa: N818 - it reads as what is said
    """A value that cannot be looked for; ``reason`` is a stable code such as ``bad_label``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotAFeed(ValueError):  # noqa: N818 - it reads as what is said
    """A file that is not what it was taken for; ``reason`` is a stable code such as ``html``."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
