"""What goes wrong, in the words of the real programs."""


class DockerError(Exception):
    """The daemon or the client refuses; the message is what stands after `Error response from daemon: `."""

    def __init__(self, message: str, status: int = 1, *, from_client: bool = False) -> None:
        super().__init__(message)
        self.status, self.from_client = status, from_client

    @property
    def told(self) -> str:
        """Return the message as the client prints it."""
        return str(self) if self.from_client else f"Error response from daemon: {self}"
