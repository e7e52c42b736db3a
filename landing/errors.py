"""The one exception of the landing layer."""


class LandingError(Exception):
    """A file-level problem: one sentence that names the file, the position in it, and the remedy."""
