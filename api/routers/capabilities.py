"""GET /capabilities: what this installation can do."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any, get_args

from fastapi import APIRouter
from pydantic import BaseModel

from api.downloads import Format
from api.services import ServicesDep
from pdf_parser.domain.cache import SCHEMA_VERSION
from pdf_parser.domain.lanes import OWN
from pdf_parser.domain.options import AUTO, Mode
from pdf_parser.settings import Settings
from pdf_parser.storage.sources import accepted_schemes

router = APIRouter(tags=["operation"])


class ParserInfo(BaseModel):
    """`lane` is where its pods run; a `built_in` one needs no deployment."""

    name: str
    lane: str
    built_in: bool


class Limits(BaseModel):
    max_source_bytes: int
    max_pages: int
    max_q: int
    task_ttl_hours: float
    run_deadline_s: int


class Capabilities(BaseModel):
    parsers: list[ParserInfo]
    default_parser: str
    modes: list[str]
    source_schemes: list[str]
    result_formats: list[str]
    engine: str
    limits: Limits
    versions: dict[str, str]


_EXAMPLE: dict[str, Any] = {
    "parsers": [
        {"name": "pdfium", "lane": "cpu", "built_in": True},
        {"name": "docling", "lane": "gpu", "built_in": False},
    ],
    "default_parser": AUTO,
    "modes": list(get_args(Mode)),
    "source_schemes": ["s3", "https", "store"],
    "result_formats": [form.value for form in Format],
    "engine": "argo",
    "limits": {
        "max_source_bytes": 500000000,
        "max_pages": 5000,
        "max_q": 100,
        "task_ttl_hours": 48.0,
        "run_deadline_s": 3600,
    },
    "versions": {"pdf-parser": "0.1.0", "api": "1", "result": "3"},
}
_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "By the settings.", "content": {"application/json": {"example": _EXAMPLE}}}
}


@router.get("/capabilities", responses=_RESPONSES)
async def capabilities(services: ServicesDep) -> Capabilities:
    """Parsers that are deployed and their lanes, modes, accepted sources, limits and versions.

    curl $HOST/capabilities
    """
    settings = services.settings
    return Capabilities(
        parsers=_parsers(settings),
        default_parser=settings.default_parser,
        modes=list(get_args(Mode)),
        source_schemes=accepted_schemes(settings),
        result_formats=[form.value for form in Format],
        engine=settings.engine,
        limits=Limits.model_validate(settings, from_attributes=True),
        versions={"pdf-parser": version("pdf-parser"), "api": "1", "result": str(SCHEMA_VERSION)},
    )


def _parsers(settings: Settings) -> list[ParserInfo]:
    homes = {**settings.deployment().homes, **OWN}
    return [ParserInfo(name=name, lane=home.lane.value, built_in=name in OWN) for name, home in homes.items()]
