"""The process that reads workbooks and tables: python -m landing.worker, asked over its standard input.

Readers of such files are compiled code, which a bad file can make abort, grow or hang. Here that costs a process and
one sentence. It says that it is ready; a question is a line of JSON (kind, path, sheet); the answer is eight bytes with
its length, then JSON: {"sheets": {name: [rows, merges]}}, or {"refused": sentence}. The process ends with its input.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from landing import limits
from landing.errors import LandingError

#: What it says first: a process that does not has not met a file.
READY = b"."
LENGTH_BYTES = 8


def main() -> None:
    """Answer questions until there are no more."""
    # What a library prints must not stand among the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    bound_memory()
    answers.write(READY)
    answers.flush()
    for question in sys.stdin.buffer:
        answer = json.dumps(_answer(**json.loads(question))).encode()
        answers.write(len(answer).to_bytes(LENGTH_BYTES, "big") + answer)
        answers.flush()


def bound_memory() -> None:
    """Give the process no more memory than READ_MEMORY_BYTES, where the system can."""
    try:
        import resource  # noqa: PLC0415
    except ImportError:
        return
    # No file of what stood in memory is left behind by a reader that aborts.
    bounds = [(resource.RLIMIT_AS, limits.READ_MEMORY_BYTES), (resource.RLIMIT_CORE, 0)]
    for kind, bound in bounds:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (bound, resource.getrlimit(kind)[1]))


def _answer(kind: str, path: str, sheet: str) -> dict[str, Any]:
    file = Path(path)
    try:
        if kind == "workbook":
            from landing.workbooks import read_workbook  # noqa: PLC0415

            return {"sheets": read_workbook(file, sheet)}
        from landing.tables import read_table  # noqa: PLC0415

        return {"sheets": {"": (read_table(file), [])}}
    except LandingError as error:
        return {"refused": str(error)}
    except MemoryError:
        return {"refused": out_of_memory(file.name)}
    except OSError as error:
        return {"refused": unreadable(file.name, error)}


def out_of_memory(file_name: str) -> str:
    """The sentence on a file that does not fit."""
    return (
        f"{file_name} needs more than {limits.READ_MEMORY_BYTES // limits.MIB} MB of memory to be read: delete the "
        "sheets, rows and columns without data and save it again, or save the table as CSV."
    )


def unreadable(file_name: str, error: OSError) -> str:
    """The sentence on a file that the system does not give."""
    return (
        f"{file_name} cannot be read ({error.strerror or error}): check that it is there and that you may read it, "
        "or take it off the manifest."
    )


if __name__ == "__main__":
    main()
