"""Why a message could not be handed over."""


class NotifyError(Exception):
    """The other side did not take the message; its words are the message of the error.

    ``permanent`` where trying again cannot help (SMTP 5xx, an address that is no address).
    """

    def __init__(self, response: str, *, permanent: bool) -> None:
        super().__init__(response)
        self.response = response
        self.permanent = permanent
