"""The door for requests that ask to speak something else than HTTP from now on: WebSocket or SPDY.

The server's own answer to such a request is written to the socket here; what the view returns afterwards finds a socket that takes no more.
Models pkg/registry/core/pod/rest/subresources.go and the streaming handlers behind it (1.36).
"""

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from learnk8s.playground import actions, live, queries, streams
from learnk8s.playground.models import Sandbox
from learnk8s.playground.upgraded import channels, commands, forwarding, websocket
from learnk8s.playground.upgraded.pipes import Gone, SocketPipe
from learnk8s.playground.upgraded.spdy import Session
from learnk8s.playground.wall_time import shifted
from learnk8s.simulation.kubernetes.apiserver.errors import ApiError, bad_request
from learnk8s.simulation.kubernetes.apiserver.wire.call import EXEC, Call, Following, Reply, Watching
from learnk8s.simulation.kubernetes.apiserver.wire.door import answered
from learnk8s.simulation.kubernetes.apiserver.wire.paths import Place, place_of
from learnk8s.simulation.kubernetes.apiserver.wire.watch import Watcher
from learnk8s.simulation.kubernetes.objects.document import Doc

SPDY = "SPDY/3.1"
LOG_PROTOCOLS = ("", "binary.k8s.io", "base64.binary.k8s.io")
WEBSOCKET, STREAMS = "websocket", "spdy"


def kind_of(request: HttpRequest) -> str:
    """Return which protocol a request asks for, or ""."""
    if "upgrade" not in request.headers.get("Connection", "").lower():
        return ""
    asked = request.headers.get("Upgrade", "").lower()
    return WEBSOCKET if asked == "websocket" else STREAMS if asked == SPDY.lower() else ""


def conversed(request: HttpRequest, sandbox: Sandbox, call: Call, client: socket.socket | None, shift_s: int) -> HttpResponse:
    """Carry out a request that changes the protocol; return when its conversation is over. Raises ApiError before anything was said."""
    place = place_of(call.path)
    if client is None or place is None:
        raise bad_request("this server cannot change protocols here")
    if streams.is_full(sandbox.id):
        raise ApiError(429, "TooManyRequests", "too many streams are open in this sandbox or on this server; close some first")
    visit = _Visit(request, sandbox, call, place, SocketPipe(client), shift_s)
    begin = visit.prepared()
    try:
        with streams.joined(sandbox.id):
            begin()
    except (Gone, streams.TooManyStreams):
        pass
    visit.pipe.end()
    return HttpResponse(status=101)


class _Visit:
    """One request on its way to a conversation."""

    def __init__(self, request: HttpRequest, sandbox: Sandbox, call: Call, place: Place, pipe: SocketPipe, shift_s: int) -> None:
        self.request, self.sandbox, self.call, self.place, self.pipe, self.shift_s = request, sandbox, call, place, pipe, shift_s
        self.is_websocket = kind_of(request) == WEBSOCKET

    def prepared(self) -> Any:
        """Check everything that can be refused as HTTP; return the conversation. Raises ApiError."""
        if self.place.subresource in ("exec", "attach"):
            return self._command()
        if self.place.subresource == "portforward":
            return self._forward()
        if not self.is_websocket:
            raise bad_request("only a WebSocket can carry this")
        return self._lines()

    # Commands

    def _command(self) -> Any:
        asked = {name: self.call.query.get(name) in ("true", "1") for name in ("stdin", "stdout", "stderr", "tty")}
        wanted = commands.Wanted(self.call.commands, **asked, speed_milli=max(self.sandbox.speed_milli, 1))
        is_exec = self.place.subresource == "exec"
        protocol = self._protocol(channels.PROTOCOLS if self.is_websocket else channels.SPDY_PROTOCOLS)
        if is_exec and not wanted.command:
            raise ApiError(422, "Invalid", 'PodExecOptions.core "" is invalid: command: Required value: you must specify at least one command')
        first = self._run(list(wanted.command), "", {}) if is_exec and not wanted.stdin else None
        reads = bool(self._checked().get("reads")) and wanted.stdin and not is_exec if first is None else False
        lines = None if is_exec or reads else self._printed()

        def begin() -> None:
            found = self._channels(protocol, wanted)
            if reads:
                commands.join(found, wanted, self._run, self._is_over, once=self._reads_once())
            elif lines is None:
                commands.converse(found, wanted, self._run, self._is_over, first)
            else:
                commands.look_on(found, wanted, lines)

        return begin

    def _protocol(self, offered: tuple[str, ...]) -> str:
        header = "Sec-WebSocket-Protocol" if self.is_websocket else "X-Stream-Protocol-Version"
        asked = [word.strip() for word in self.request.headers.get(header, "").split(",") if word.strip()]
        found = websocket.chosen(asked or ([] if self.is_websocket else ["channel.k8s.io"]), offered)
        if found is None:
            raise ApiError(403 if not self.is_websocket else 400, "Forbidden" if not self.is_websocket else "BadRequest", f"unable to upgrade: unable to negotiate protocol: client supports {asked}, server accepts {list(offered)}")
        return found

    def _channels(self, protocol: str, wanted: commands.Wanted) -> channels.Channels:
        if self.is_websocket:
            return channels.WebSocketChannels(self._websocket(protocol), protocol, channels.STDOUT if wanted.stdout else channels.STDERR if wanted.stderr else channels.ERROR)
        self.pipe.send(_head(SPDY, f"X-Stream-Protocol-Version: {protocol}"))
        needed = {channels.ERROR: True, channels.STDIN: wanted.stdin, channels.STDOUT: wanted.stdout, channels.STDERR: wanted.stderr and not wanted.tty}
        return channels.SpdyChannels(Session(self.pipe), protocol, needed)

    def _websocket(self, protocol: str) -> websocket.WebSocket:
        self.pipe.send(websocket.handshake(self.request.headers.get("Sec-WebSocket-Key", ""), protocol))
        return websocket.WebSocket(self.pipe)

    def _run(self, argv: list[str], stdin: str, session: dict[str, Any]) -> Doc:
        """Run a command as an input of the sandbox. Raises ApiError."""
        body = json.dumps({"stdin": stdin, "session": session}, separators=(",", ":"))
        reply = actions.request(self._now(), replace(self.call, method="POST", commands=tuple(argv), content_type=EXEC, body=body))
        connection.close()
        return _accepted(reply)

    def _checked(self) -> Doc:
        """Ask whether there is a process to join, without doing anything. Raises ApiError."""
        with live.live_world(self.sandbox, self.sandbox.virtual_ms(timezone.now())) as world:
            return _accepted(answered(world.cluster.api, replace(self.call, method="POST", content_type=EXEC, body="")))  # type: ignore[attr-defined]  # the door is for clusters

    def _now(self) -> Sandbox:
        found = queries.sandbox_of_api(self.sandbox.api_token or "")
        if found is None:
            raise Gone
        return found

    def _printed(self) -> Iterator[bytes]:
        options = {"container": self.call.query.get("container", ""), "fresh": True, "is_polled": True}
        return streams.follow(self.sandbox.id, Following(self.place.namespace, self.place.name, options), None)

    # Ports

    def _forward(self) -> Any:
        self._checked()
        protocol = self._protocol((forwarding.TUNNEL,) if self.is_websocket else (forwarding.PROTOCOL,))

        def begin() -> None:
            if self.is_websocket:
                pipe: Any = websocket.MessagePipe(self._websocket(protocol))
            else:
                self.pipe.send(_head(SPDY, f"X-Stream-Protocol-Version: {protocol}"))
                pipe = self.pipe
            connection.close()
            forwarding.forward(Session(pipe), self._served, self._is_over)

        return begin

    def _served(self, port: int, method: str, path: str, host: str) -> tuple[int, str, str] | None:
        sandbox = self._now()
        with live.live_world(sandbox, sandbox.virtual_ms(timezone.now())) as world:
            api = world.cluster.api  # type: ignore[attr-defined]  # the door is for clusters
            answer = api.serve(self.place.namespace, self.place.name, port, path, method, acts=None) if api.serve else None
        connection.close()
        if answer is None:
            return None
        status, text = answer
        return status, "text/html" if text.lstrip().lower().startswith(("<!doctype", "<html")) else "text/plain; charset=utf-8", text

    def _pod(self) -> Doc | None:
        with live.held(self.sandbox.id) as world:
            return world.cluster.api.store.get("pods", self.place.namespace, self.place.name) if world is not None else None  # type: ignore[attr-defined, no-any-return]  # the door is for clusters

    def _is_over(self) -> bool:
        pod = self._pod()
        return pod is None or pod.get("status", {}).get("phase") in ("Succeeded", "Failed")

    def _reads_once(self) -> bool:
        pod, name = self._pod(), self.call.query.get("container", "")
        containers = [] if pod is None else [*pod["spec"]["containers"], *(pod["spec"].get("ephemeralContainers") or ())]
        return next((bool(item.get("stdinOnce")) for item in containers if not name or item["name"] == name), False)

    # Logs and watches

    def _lines(self) -> Any:
        protocol = self._protocol(LOG_PROTOCOLS)
        with live.live_world(self.sandbox, self.sandbox.virtual_ms(timezone.now())) as world:
            api = world.cluster.api  # type: ignore[attr-defined]  # the door is for clusters
            reply = answered(api, self.call)
            watcher = Watcher(api, reply) if isinstance(reply, Watching) else None
        if isinstance(reply, Reply):
            if reply.code >= 400:
                _accepted(reply)
            if reply.doc is not None:
                raise bad_request("only a log or a watch can be had over a WebSocket")
            lines: Iterator[bytes] = iter([reply.text.encode()])
        elif isinstance(reply, Following):
            lines = streams.follow(self.sandbox.id, reply, None)
        else:
            assert watcher is not None, "a watch has its watcher"
            lines = (shifted(line, self.shift_s) for line in streams.watch(self.sandbox.id, watcher, reply, None))

        def begin() -> None:
            found = self._websocket(protocol)
            for data in lines:
                for part in data.splitlines(keepends=True) if watcher is not None else [data]:
                    if part:
                        found.send(_carried(part, protocol), is_text=watcher is not None or "base64" in protocol)
            found.close()

        return begin


def _carried(data: bytes, protocol: str) -> bytes:
    from base64 import b64encode

    return b64encode(data) if "base64" in protocol else data


def _head(protocol: str, *more: str) -> bytes:
    return "".join(f"{line}\r\n" for line in ("HTTP/1.1 101 Switching Protocols", f"Upgrade: {protocol}", "Connection: Upgrade", *more, "")).encode()


def _accepted(reply: Any) -> Doc:
    """Return an answer's document. Raises ApiError for a refusal."""
    doc: Doc = reply.doc or {}
    if reply.code >= 400:
        raise ApiError(reply.code, str(doc.get("reason", "")), str(doc.get("message", "")), details=doc.get("details"))
    return doc


__all__ = ["conversed", "kind_of"]
