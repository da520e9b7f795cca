"""Servers that speak the protocol of Marker's own: a layout model, a judge of text layers, a vision model.

They do not look at what they are sent: the tests make the pages, and tell what the models say of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.storage.storage_servers import Site, reply

LAYOUT_MODEL = "hf://datalab-to/surya_layout2"
ERROR_MODEL = "s3://ocr_error_detection/2025_02_18"
VISION_MODEL = "datalab-to/surya-ocr-2"
Box = tuple[str, float, float, float, float]
Infer = Callable[[dict[str, list[str]]], list[object]]


def layout(boxes: list[Box], size: tuple[int, int] = (1000, 1000)) -> Infer:
    """The same boxes (label, x0, y0, x1, y1) on every page, `size` of the page in the same units."""

    def found(request: dict[str, list[str]]) -> list[object]:
        bboxes = [
            {
                "polygon": [[x0, y0], [x1, y0], [x1, y1], [x0, y1]],
                "label": label,
                "raw_label": label,
                "position": position,
                "confidence": 0.9,
            }
            for position, (label, x0, y0, x1, y1) in enumerate(boxes)
        ]
        return [{"bboxes": bboxes, "image_bbox": [0, 0, *size]} for _ in request["items"]]

    return found


def judge(bad: str = "\0") -> Infer:
    """Text layers with `bad` in them are bad."""
    return lambda request: [
        {"label": "bad" if bad in text else "good", "score": float(bad in text)} for text in request["items"]
    ]


@dataclass
class InferenceSite:
    """One server. `asked` are the bodies of what was asked of it; `status` of its answers."""

    site: Site
    model: str
    infer: Infer = lambda request: []
    says: str = ""
    status: int = 200
    asked: list[dict[str, object]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.url = f"{self.site.url}/v1"
        self.site.answers = {
            "/health": lambda request: reply(200)(request),
            "/v1/models": lambda request: self._reply({"data": [{"id": self.model}]})(request),
            "/v1/v1/infer": self._infer,  # so surya asks: its servers take any path that ends like this
            "/v1/chat/completions": self._chat,
        }

    def _infer(self, request: BaseHTTPRequestHandler) -> None:
        self._reply({"results": self.infer(self._body(request))})(request)

    def _chat(self, request: BaseHTTPRequestHandler) -> None:
        self._body(request)
        if self.status != 200:
            reply(self.status)(request)
            return
        choice = {"index": 0, "message": {"role": "assistant", "content": self.says}, "finish_reason": "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        answer = {"id": "1", "object": "chat.completion", "created": 0, "model": self.model, "choices": [choice]}
        self._reply({**answer, "usage": usage})(request)

    def _body(self, request: BaseHTTPRequestHandler) -> dict[str, list[str]]:
        body: dict[str, list[str]] = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        request.headers.replace_header("Content-Length", "0")
        self.asked.append(dict(body))
        return body

    def _reply(self, body: object) -> Callable[[BaseHTTPRequestHandler], None]:
        return reply(200, json.dumps(body).encode(), Content_Type="application/json")


@dataclass
class InferenceServers:
    layout: InferenceSite
    errors: InferenceSite
    vision: InferenceSite

    @property
    def urls(self) -> dict[str, str]:
        return {
            "fast_layout_server_url": self.layout.url,
            "ocr_error_server_url": self.errors.url,
            "surya_inference_url": self.vision.url,
        }


@contextmanager
def inference_servers() -> Iterator[InferenceServers]:
    with Site().running() as a, Site().running() as b, Site().running() as c:
        yield InferenceServers(
            InferenceSite(a, LAYOUT_MODEL, layout([])),
            InferenceSite(b, ERROR_MODEL, judge()),
            InferenceSite(c, VISION_MODEL),
        )
