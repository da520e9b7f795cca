"""A vision model behind an OpenAI-compatible endpoint: where it is, what it is asked, what its answer means."""

from __future__ import annotations

from enum import Enum
from urllib.parse import urlsplit

from pydantic import Field, JsonValue, NonNegativeFloat, PositiveInt, field_validator

from pdf_parser.domain.base import Model
from pdf_parser.domain.ledger import Usage

TOKENS_PER_PRICE = 1_000_000


class AnswerFormat(str, Enum):
    MARKDOWN = "markdown"  # with HTML in it
    HTML = "html"
    GROUNDING = "grounding"  # Markdown behind tags that tell label and place, as DeepSeek-OCR writes it


class VlmEndpoint(Model):
    """`url` is what "/chat/completions" is put behind. `extra_body` is sent along, e.g. a `response_format`; null
    in it leaves out a field that the model does not take.

    Prices are per million tokens, in any currency. The key is a secret of its own, never part of this.
    """

    url: str = ""
    model: str = ""
    prompt: str = ""
    answer: AnswerFormat = AnswerFormat.MARKDOWN
    max_tokens: PositiveInt = 8192
    extra_body: dict[str, JsonValue] = Field(default_factory=dict)
    prompt_price: NonNegativeFloat = 0.0
    completion_price: NonNegativeFloat = 0.0
    needs_key: bool = False

    @field_validator("url")
    @classmethod
    def _is_bare_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("url must be http(s)://host[:port][/path]")
        if parts.username or parts.password or parts.query:
            raise ValueError("keys belong into VLM_API_KEY_<NAME>, not into the url")
        return url.rstrip("/")

    def over(self, preset: VlmEndpoint) -> VlmEndpoint:
        """The preset with what was set here."""
        return preset.model_copy(update={name: getattr(self, name) for name in self.model_fields_set})

    def usage(self, prompt_tokens: int, completion_tokens: int) -> Usage:
        cost = prompt_tokens * self.prompt_price + completion_tokens * self.completion_price
        return Usage(
            prompt_tokens=prompt_tokens, completion_tokens=completion_tokens, cost=round(cost / TOKENS_PER_PRICE, 8)
        )

    def reading_facts(self) -> dict[str, object]:
        """What decides how a page reads: not where the model runs, nor what it costs."""
        told = self.model_dump(mode="json", exclude_unset=True)
        return {name: value for name, value in told.items() if name in ("model", "prompt", "answer", "extra_body")}
