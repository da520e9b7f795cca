"""The errors of an endpoint for its OpenAPI page, written from the error classes."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from api.errors import MEDIA_TYPE, http_problem, problem_body
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


def _http_problem(status: int, detail: str) -> dict[str, Any]:
    example = http_problem(status, detail, "7f3c0f5f9b3c4d5e").model_dump(exclude_none=True)
    response = _empty()
    response["description"] = example["code"]
    response["content"][MEDIA_TYPE]["examples"][example["code"]] = {"value": example}
    return response


# What can be wrong with any JSON body before it is read as a request.
_BODY_PROBLEMS = {
    "400": _http_problem(400, "There was an error parsing the body"),
    "413": _http_problem(413, "The body has more than 65536 bytes."),
}


class DocumentedApp(FastAPI):
    """FastAPI documents a 422 of its own for every endpoint with a parameter; ours declare theirs, as Problem."""

    def openapi(self) -> dict[str, Any]:
        document = super().openapi()
        for methods in document["paths"].values():
            for operation in methods.values():
                if "HTTPValidationError" in str(operation["responses"].get("422")):
                    del operation["responses"]["422"]
                if "application/json" in operation.get("requestBody", {}).get("content", {}):
                    operation["responses"] = {**_BODY_PROBLEMS, **operation["responses"]}
        schemas = document["components"]["schemas"]
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        schemas.update(_problem_schemas())
        return document


def _problem_schemas() -> dict[str, Any]:
    schema = Problem.model_json_schema(ref_template=_SCHEMAS + "{model}")
    return {**schema.pop("$defs"), "Problem": schema}
