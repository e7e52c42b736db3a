"""Asks the process of `landing.worker`: one for all files of a landing, replaced where it died."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any

from landing import limits
from landing.errors import LandingError
from landing.worker import LENGTH_BYTES, READY


class Apart:
    """Reads workbooks and tables in a process of its own, while the `with` block lasts."""

    def __init__(self) -> None:
        """Nothing is started before the first file that is not in the cache."""
        self._process: subprocess.Popen[bytes] | None = None
        #: how many processes were started
        self.started = 0

    def __enter__(self) -> Apart:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self._end()

    def read(self, kind: str, path: Path, sheet: str = "") -> dict[str, Any]:
        """Sheet name -> [rows of printed text, merged ranges]; `kind` is workbook or table.

        Raises LandingError for a file that cannot be read, whatever it did to the process.
        """
        process = self._process or self._start()
        assert process.stdin is not None
        overdue = threading.Event()

        def end_it() -> None:
            overdue.set()
            process.kill()

        clock = threading.Timer(limits.READ_SECONDS, end_it)
        clock.start()
        try:
            question = json.dumps({"kind": kind, "path": str(path.absolute()), "sheet": sheet})
            process.stdin.write(question.encode() + b"\n")
            process.stdin.flush()
            answer = self._answer(process)
        except (EOFError, OSError, ValueError):
            raise LandingError(self._last_words(path.name, overdue)) from None
        except BaseException:
            # The answer of an interrupted question must not be taken for that of the next one.
            self._end()
            raise
        finally:
            clock.cancel()
        if "refused" in answer:
            raise LandingError(answer["refused"])
        return answer["sheets"]

    def _start(self) -> subprocess.Popen[bytes]:
        root = str(Path(__file__).resolve().parents[1])
        searched = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
        process = subprocess.Popen(
            # -P: what lies in the current folder is not imported.
            [sys.executable, "-P", "-m", "landing.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": searched},
        )
        self._process = process
        self.started += 1
        assert process.stdout is not None
        if process.stdout.read(len(READY)) != READY:
            self._end()
            raise LandingError(
                "The program that reads workbooks and tables cannot be started: run 'python -m landing.worker' in the "
                "project to see why."
            )
        return process

    @staticmethod
    def _answer(process: subprocess.Popen[bytes]) -> dict[str, Any]:
        assert process.stdout is not None
        length = process.stdout.read(LENGTH_BYTES)
        if len(length) < LENGTH_BYTES:
            raise EOFError
        text = process.stdout.read(int.from_bytes(length, "big"))
        return json.loads(text)

    def _last_words(self, file_name: str, overdue: threading.Event) -> str:
        """How the process ended, as the sentence on the file that it was reading; the next file gets another."""
        process = self._process
        assert process is not None
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)  # its own exit status, not that of being ended
        self._end()
        if overdue.is_set():
            return (
                f"{file_name} could not be read within {limits.READ_SECONDS:g} seconds: delete the sheets, rows and "
                "columns without data and save it again, or save the table as CSV."
            )
        return (
            f"{file_name} made the program that reads workbooks and tables abort (exit status {process.returncode}): "
            "the file is damaged, has cells beyond the end of a sheet, or needs too much memory; open it in a "
            "spreadsheet program and save it again, or download it again."
        )

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):  # a question that it never read
                    pipe.close()
