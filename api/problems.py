"""The errors of an endpoint for its OpenAPI page, written from the error classes."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from api.errors import MEDIA_TYPE, problem_body
from api.schemas import Problem
from pdf_parser.errors import PdfParserError

_SCHEMAS = "#/components/schemas/"


def problems(*errors: type[PdfParserError]) -> dict[int | str, dict[str, Any]]:
    """One response per HTTP status, with one example per error."""
    responses: dict[int | str, dict[str, Any]] = {}
    for error in errors:
        response = responses.setdefault(error.http_status, _empty())
        response["description"] = " / ".join(filter(None, [response["description"], error.__name__]))
        response["content"][MEDIA_TYPE]["examples"][error.code()] = {"value": _example(error)}
    return responses


def _empty() -> dict[str, Any]:
    return {"description": "", "content": {MEDIA_TYPE: {"schema": {"$ref": f"{_SCHEMAS}Problem"}, "examples": {}}}}


def _example(error: type[PdfParserError]) -> dict[str, Any]:
    return problem_body(error(), "7f3c0f5f9b3c4d5e").model_dump(exclude_none=True)


class DocumentedApp(FastAPI):
    """FastAPI documents a 422 of its own for every endpoint with a parameter; ours declare theirs, as Problem."""

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        for methods in document["paths"].values():
            for operation in methods.values():
                if "HTTPValidationError" in str(operation["responses"].get("422")):
                    del operation["responses"]["422"]
        schemas = document["components"]["schemas"]
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        schemas.update(_problem_schemas())
        return document


def _problem_schemas() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template=_SCHEMAS + "{model}")
    return {**schema.pop("$defs"), "Problem": schema}
