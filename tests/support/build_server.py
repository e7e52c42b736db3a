"""Builds of a small project as processes that can be killed at any moment, without the seconds that imports take.

    python -m tests.support.build_server FOLDER [WAREHOUSE]

imports what a build needs, parses the project in FOLDER as that of the warehouse, and forks for every build that is
asked for: a process with its own folder, environment and limits. A request is a line of JSON on standard input, the
answer a line: `start` gives the number of the process, `wait` its exit status (negative: killed). The exit status of a
build is 0, or 1 with the sentence that the command line would print; anything else is a fault of the program.
Without a warehouse, something else writes the working file in dbt's stead, in a tenth of the time: everything around it
is what runs in a build.
"""

from __future__ import annotations

import ctypes
import errno
import gc
import json
import os
import resource
import signal
import subprocess
import sys
import traceback
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from tests.support.project import ROOT
from tests.support.stand_in_build import built_in_its_stead

#: Linux's numbers of the privileges by which root reads and writes what it has no right to
_IGNORE_RIGHTS = 0b110
_CAPABILITIES_VERSION = 0x20080522


@dataclass(frozen=True)
class Request:
    """A call of regional.publication in a process of its own."""

    #: the folder of the project, in which it runs
    root: str
    warehouse: str
    #: build, update or roll_back
    call: str = "build"
    data: str = "my data"
    printed: str = "printed.txt"
    environment: dict[str, str] = field(default_factory=dict)
    #: bytes that no file may exceed
    file_size: int | None = None
    #: do not let the rights of files be ignored, as they are for root
    without_privileges: bool = False
    #: at which operation on files something happens (0: never), counted from the start of the publication
    at: int = 0
    #: what: `kill`, or the name of an error of the system
    what: str = "kill"
    #: let dbt parse the project, as far as it is not parsed in its target folder
    is_parsed_anew: bool = False
    #: begin although there may be too little space
    is_space_unasked: bool = False
    keep: int = 2


class BuildServer:
    """The client's side."""

    def __init__(self, root: Path, *warehouse: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.build_server", str(root), *warehouse],
            cwd=root,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, request: Request) -> int:
        return self._ask({"start": asdict(request)})

    def wait(self, process: int) -> int:
        return self._ask({"wait": process})

    def run(self, request: Request) -> int:
        return self.wait(self.start(request))

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()

    def _ask(self, question: dict[str, Any]) -> int:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise OSError("The server of builds has ended: see its messages on standard error.")
        return int(json.loads(answer))


#: Operations on files that Python tells of; `open` counts where it writes.
_OPERATIONS = {"os.rename", "os.symlink", "os.link", "os.mkdir", "os.remove", "os.rmdir", "os.utime", "shutil.copyfile"}


class _Interruption:
    """Something that happens at an operation on files."""

    def __init__(self, at: int, what: str) -> None:
        self.at, self.what, self.seen = at, what, 0
        self.is_on = False

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.is_on or not self._counts(event, arguments):
            return
        self.seen += 1
        if self.seen != self.at:
            return
        if self.what == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        number = getattr(errno, self.what)
        raise OSError(number, os.strerror(number), str(arguments[0]))

    @staticmethod
    def _counts(event: str, arguments: Sequence[Any]) -> bool:
        if event == "open":
            return isinstance(arguments[2], int) and bool(arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
        return event in _OPERATIONS


def _drop_privileges() -> None:
    """From here on the rights of files hold for root as well."""
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_VERSION, 0)
    # effective, permitted and inheritable, of the first 32 privileges and of the others
    privileges = (ctypes.c_uint32 * 6)()
    if libc.capget(header, privileges) != 0:
        raise OSError(ctypes.get_errno(), "capget")
    for number in range(3):
        privileges[number] &= ~_IGNORE_RIGHTS
    if libc.capset(header, privileges) != 0:
        raise OSError(ctypes.get_errno(), "capset")


def _parsed(root: Path, warehouse: str) -> Any:
    """The manifest of the project, whose tables have the catalogue of this warehouse."""
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    from regional.places import Places  # noqa: PLC0415

    places = Places.of(warehouse)
    os.environ["REGIONAL_WAREHOUSE"] = str(places.working.absolute())
    places.target.mkdir(parents=True, exist_ok=True)
    parse = ["--quiet", "parse", "--target-path", str(places.target.absolute())]
    # the parser leaves threads behind, which a process that forks must not have
    subprocess.run([str(Path(sys.executable).with_name("dbt")), *parse], cwd=root, check=True)
    parsed = dbtRunner().invoke(parse)
    if not parsed.success:
        raise RuntimeError("The project cannot be parsed.") from parsed.exception
    return parsed.result


def _run(parsed_project: Any, request: Request) -> int:
    from regional import publication, space  # noqa: PLC0415
    from regional.dbt_runs import BuildFailed  # noqa: PLC0415
    from regional.places import Places  # noqa: PLC0415
    from reporting.errors import UsageError  # noqa: PLC0415

    os.setsid()
    os.chdir(request.root)
    descriptor = os.open(request.printed, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o666)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.environ.update(request.environment)
    if request.file_size is not None:
        # a write beyond it fails with an error, and not with a signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (request.file_size, request.file_size))
    if request.without_privileges:
        _drop_privileges()
    if request.is_space_unasked:
        space.GROWTH, space.MARGIN = 0.0, 0
    places, root = Places.of(request.warehouse), Path(request.root)
    interruption = _Interruption(request.at, request.what)
    sys.addaudithook(interruption)
    publish = publication._publish

    def watched(job: Any) -> None:
        interruption.is_on = True
        publish(job)

    publication._publish = watched  # type: ignore[assignment]
    built = publication.built

    def built_from_parsed(target: Path, *arguments: str, manifest: Any = None) -> int:
        return built(target, *arguments, manifest=manifest or parsed_project)

    if parsed_project is None:
        publication.built = built_in_its_stead
    elif not request.is_parsed_anew:
        publication.built = built_from_parsed

    def say(line: str) -> None:
        print("SAID", line, flush=True)

    try:
        if request.call == "roll_back":
            interruption.is_on = True
            publication.roll_back(places, say=say)
        elif request.call == "update":
            publication.update(places, request.data, say, root, keep=request.keep)
        else:
            publication.build(places, request.data, root, say, keep=request.keep)
    except BuildFailed as error:
        print(f"FAILED {error}")
        return 1
    except UsageError as error:
        print(f"REFUSED {error}")
        return 1
    except BaseException:
        traceback.print_exc(file=sys.stdout)
        return 3
    print(f"OPERATIONS {interruption.seen}")
    return 0


def _serve(root: Path, warehouse: str | None, requests: IO[str], answers: IO[str]) -> None:
    import regional.publication  # noqa: PLC0415

    parsed_project = None
    if warehouse is not None:
        import dbt.adapters.duckdb.impl  # noqa: PLC0415
        import dbt.cli.main  # noqa: F401, PLC0415

        import landing.plugin  # noqa: F401, PLC0415
        import regional.history_plugin  # noqa: F401, PLC0415

        parsed_project = _parsed(root, warehouse)
    gc.collect()
    gc.freeze()
    for line in requests:
        question = json.loads(line)
        if "wait" in question:
            print(os.waitstatus_to_exitcode(os.waitpid(question["wait"], 0)[1]), file=answers, flush=True)
            continue
        process = os.fork()
        if process == 0:
            status = 3
            try:
                status = _run(parsed_project, Request(**question["start"]))
                sys.stdout.flush()
                sys.stderr.flush()
            finally:
                os._exit(status)
        print(process, file=answers, flush=True)


if __name__ == "__main__":
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    _serve(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None, sys.stdin, replies)
    os._exit(0)
