"""The one error of the estimation that is no mistake of a caller."""

from __future__ import annotations


class NotEstimable(Exception):
    """A specification has no usable sample on the data at hand; the message is the reason, for analysts."""
