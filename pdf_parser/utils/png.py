"""PNG files without an image library: eight bits, three channels, no filter. For pictures cut out of pages."""

from __future__ import annotations

import struct
import zlib

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_RGB = 2


def png(pixels: memoryview | bytes, width: int, height: int, stride: int, dpi: float) -> bytes:
    """`pixels` are rows of `stride` bytes that begin with red, green, blue of each pixel."""
    rows = memoryview(pixels)
    lines = b"".join(b"\0" + rows[y * stride : y * stride + 3 * width].tobytes() for y in range(height))
    per_metre = round(dpi / 0.0254)
    header = struct.pack(">IIBBBBB", width, height, 8, _RGB, 0, 0, 0)
    chunks = (
        (b"IHDR", header),
        (b"pHYs", struct.pack(">IIB", per_metre, per_metre, 1)),
        (b"IDAT", zlib.compress(lines, 6)),
        (b"IEND", b""),
    )
    return _SIGNATURE + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
