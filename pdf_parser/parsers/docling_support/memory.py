"""How the libraries under docling say that memory has run out. None of them is imported here."""

from __future__ import annotations

import sys
from typing import Any

_CLASSES = ("OutOfMemoryError",)  # torch.OutOfMemoryError, torch.cuda.OutOfMemoryError
_NAMELESS = ("RuntimeException", "Fail", "AcceleratorError", "RuntimeError", "error")  # onnxruntime, CUDA, cv2
_SAID = ("out of memory", "failed to allocate memory", "std::bad_alloc", "insufficient memory")


def is_out_of_memory(exc: BaseException | None) -> bool:
    """By class where there is one; of the classes that can mean anything, by what they say."""
    while exc is not None:
        name = type(exc).__name__
        if isinstance(exc, MemoryError) or name in _CLASSES:
            return True
        if name in _NAMELESS and any(words in str(exc).lower() for words in _SAID):
            return True
        exc = exc.__cause__
    return False


def free_device_memory() -> None:
    """Gives back what torch keeps for later."""
    if cuda := _cuda():
        cuda.empty_cache()


def peak_device_memory() -> int:
    """Most bytes that torch has held on the device at once."""
    cuda = _cuda()
    return int(cuda.max_memory_reserved()) if cuda else 0


def _cuda() -> Any:
    """None where torch was never loaded, or has no device."""
    torch = sys.modules.get("torch")
    return torch.cuda if torch is not None and torch.cuda.is_available() else None
