"""The explorer as a server for this machine alone.

It listens on 127.0.0.1, and three things keep others out: a token that is new at every start and stands in the address
(other users of the machine, other pages in the browser), a check of the names that a request gives for host and origin
(pages that point their own name at this machine), and a policy that forbids the browser to ask anything from elsewhere.
The app runs in marimo's run mode: nobody can send it code.
"""

from __future__ import annotations

import errno
import os
import secrets
import socket
import sys
import webbrowser
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from reporting.errors import UsageError

HOST = "127.0.0.1"
PORT = 2718
APP = Path(__file__).parents[1] / "explorer.py"
POLICY = (
    "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'; connect-src 'self' ws: data: blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)

_Scope = MutableMapping[str, Any]
_Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
_Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
_App = Callable[[_Scope, _Receive, _Send], Awaitable[None]]


def serve(warehouse: str, port: int | None, *, headless: bool) -> None:
    """Serve the explorer of a warehouse until it is interrupted; without a port the usual one, or a free one.

    Raises UsageError where the port is taken, or no port.
    """
    listening = listening_socket(port)
    number = listening.getsockname()[1]
    token = secrets.token_urlsafe(16)
    address = f"http://{HOST}:{number}/?access_token={token}"
    # every session of the app opens the warehouse of this variable
    os.environ["REGIONAL_WAREHOUSE"] = warehouse
    # Heavy, and wanted here alone.
    import uvicorn  # noqa: PLC0415

    server = uvicorn.Server(uvicorn.Config(guarded(app(token), number), log_level="warning", ws="websockets-sansio"))
    print(f"The explorer of {warehouse} is at {address}\nCtrl-C ends it.", flush=True)
    if not headless:
        webbrowser.open(address)
    try:
        server.run(sockets=[listening])
    except KeyboardInterrupt:
        print("The explorer has ended.", file=sys.stderr)


def app(token: str) -> _App:
    """The marimo app in run mode, which lets in who knows the token."""
    import marimo  # noqa: PLC0415

    made: _App = marimo.create_asgi_app(quiet=True, token=token).with_app(path="", root=str(APP)).build()
    return made


def listening_socket(port: int | None) -> socket.socket:
    """A socket on this machine's own address; raises UsageError where the port that was asked for cannot be had."""
    for number in (PORT, 0) if port is None else (port,):
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, number))
            # another program may have bound it and not listen yet
            listening.listen(128)
        except (OSError, OverflowError) as error:
            listening.close()
            taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
            if port is None and taken:
                continue
            why = "is in use" if taken else "cannot be used"
            raise UsageError(f"Port {port} {why}: choose another with --port, or none and get a free one.") from error
        return listening
    raise UsageError("No port of this machine is free.")


def guarded(inner: _App, port: int) -> _App:
    """The app, for requests that call this machine by its own name and come from its own pages."""
    hosts = {f"{name}:{port}" for name in (HOST, "localhost")}
    origins = {f"http://{host}" for host in hosts}

    async def guard(scope: _Scope, receive: _Receive, send: _Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await inner(scope, receive, send)
            return
        given = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        if given.get("host") not in hosts or given.get("origin", next(iter(origins))) not in origins:
            await _refused(scope, send)
            return

        async def sent(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                further = [
                    (b"content-security-policy", POLICY.encode()),
                    (b"referrer-policy", b"no-referrer"),
                    (b"x-content-type-options", b"nosniff"),
                ]
                message["headers"] = [*message.get("headers", []), *further]
            await send(message)

        await inner(scope, receive, sent)

    return guard


async def _refused(scope: _Scope, send: _Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": 403, "headers": headers})
    await send({"type": "http.response.body", "body": b"The explorer answers pages of its own address alone."})
