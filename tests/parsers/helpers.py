"""The servers that a parser asks, played by small ones of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pdf_parser.parsers.chat.presets import PRESETS
from tests.backends.inference_servers import inference_servers, layout
from tests.parsers.chat.chat_server import chat_server, says

READ = "# Chapter 2, Chapter 3, Chapter 4\n\nThe quick brown fox"  # of every page of the contract


@contextmanager
def helped(parser: str) -> Iterator[dict[str, object]]:
    """Settings with which it can be used; none for a parser that needs nobody."""
    if parser in PRESETS:
        with chat_server() as server:
            server.script = [says(READ)]
            yield {"vlm_endpoints": {parser: {"url": server.url, "model": "played", "needs_key": False}}}
    elif parser == "marker":
        with inference_servers() as servers:
            servers.layout.infer = layout([("Text", 0, 0, 1000, 1000)])
            yield dict(servers.urls)
    else:
        yield {}
