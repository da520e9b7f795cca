"""Where Docling's own models run. Torch is imported when it is asked."""

from __future__ import annotations


def device_of(setting: str) -> str:
    """ "cuda" where torch finds one, unless the setting says otherwise. Raises ImportError without torch."""
    import torch

    if setting != "auto":
        return setting
    return "cuda" if torch.cuda.is_available() else "cpu"
