"""What the command line says in one sentence."""

from __future__ import annotations


class UsageError(Exception):
    """What was asked for does not exist; the message is one sentence that says what does."""
