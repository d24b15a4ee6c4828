"""What goes wrong before any page or command has begun."""


class WrongSettings(Exception):  # noqa: N818 - it reads as what happened
    """A setting is unknown or has a value that Varde cannot work with; one line for each."""
