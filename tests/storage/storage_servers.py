"""A web server whose answers are small functions, so that a test can send what no decent server sends."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Answer = Callable[[BaseHTTPRequestHandler], None]


class Site:
    """`answers` maps a path to its answer; `requests` holds what was asked, query included."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.requests: list[str] = []
        self.closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def use_tls(self, certificate: Path, key: Path) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self._server.server_port}"

    def forget(self) -> None:
        """Ready for the next test; answers that still drip come to an end."""
        self.closing.set()
        self.closing = threading.Event()
        self.answers, self.requests = {}, []

    @contextmanager
    def running(self) -> Iterator[Site]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.closing.set()
            self._server.shutdown()
            self._server.server_close()

    def _handler(site) -> type[BaseHTTPRequestHandler]:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"  # which says 100 Continue: boto3 waits a second for it

            def answer(self) -> None:
                site.requests.append(f"{self.command} {self.path}")
                self.close_connection = True
                site.answers[self.path.partition("?")[0]](self)

            do_GET = do_HEAD = do_PUT = do_POST = answer

            def log_message(self, *args: object) -> None:
                pass

        return Handler


def reply(status: int = 200, body: bytes = b"", length: int | None = None, **headers: str) -> Answer:
    """`length` overrides the true Content-Length; -1 leaves it out. `_` in a header name stands for `-`."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        request.rfile.read(int(request.headers.get("Content-Length", 0)))
        request.send_response(status)
        request.send_header("Connection", "close")
        if length != -1:
            request.send_header("Content-Length", str(len(body) if length is None else length))
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(body)

    return answer


def in_turn(*answers: Answer) -> Answer:
    """The first answer for the first request, and so on."""
    remaining = iter(answers)
    return lambda request: next(remaining)(request)


def hang_up(request: BaseHTTPRequestHandler) -> None:
    """Takes the request and closes the connection without a word."""
    request.rfile.read(int(request.headers.get("Content-Length", 0)))


def drip(site: Site, head: bytes, drop: bytes, pause_s: float = 0.02) -> Answer:
    """Sends `head`, then `drop` again and again, until the client or the test has had enough."""

    def answer(request: BaseHTTPRequestHandler) -> None:
        closing = site.closing
        with suppress(OSError):
            request.wfile.write(head)
            while not closing.wait(pause_s):
                request.wfile.write(drop)

    return answer
