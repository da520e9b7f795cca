"""An answer of chat/completions, checked: whole, not empty, no loop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import BaseModel, NonNegativeInt, ValidationError

from pdf_parser.domain.endpoint import VlmEndpoint
from pdf_parser.domain.ledger import Usage
from pdf_parser.parsers.chat.failures import AskingFailed
from pdf_parser.parsers.chat.loops import repeated_words


@dataclass(frozen=True)
class Answer:
    text: str
    usage: Usage


class _Message(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Tokens(BaseModel):
    prompt_tokens: NonNegativeInt = 0
    completion_tokens: NonNegativeInt = 0


class _Completion(BaseModel):
    """The part of the protocol that we need; servers add fields of their own."""

    choices: list[_Choice]
    usage: _Tokens | None = None


def read_answer(body: bytes, endpoint: VlmEndpoint) -> Answer:
    """Raises AskingFailed, which says what is wrong with it, and what it has cost."""
    try:
        completion = _Completion.model_validate_json(body)
    except ValidationError as exc:
        raise AskingFailed("the answer is no chat completion") from exc
    tokens = completion.usage or _Tokens()
    usage = endpoint.usage(tokens.prompt_tokens, tokens.completion_tokens)
    reason = next(_faults(completion, endpoint), None)
    if reason is not None:
        raise AskingFailed(reason, usage=usage)
    return Answer(completion.choices[0].message.content or "", usage)


def _faults(completion: _Completion, endpoint: VlmEndpoint) -> Iterator[str]:
    if not completion.choices:
        yield "the answer has no choices"
        return
    choice = completion.choices[0]
    text = (choice.message.content or "").strip()
    if found := repeated_words(text):
        yield f"the model repeats itself: {found!r}"
    if choice.finish_reason == "length":
        yield f"the answer was cut off: max_tokens is {endpoint.max_tokens}"
    if choice.message.refusal or choice.finish_reason == "content_filter":
        yield "the model refused to read the page"
    if not text:
        yield "the model found nothing to read"
