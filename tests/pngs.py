"""PNG files as the tests see them: those of `pdf_parser.utils.png`, which have no filters."""

from __future__ import annotations

import struct
import zlib


def png_size(data: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def png_pixel(data: bytes, x: int, y: int) -> tuple[int, int, int]:
    width, _ = png_size(data)
    length = struct.unpack(">I", data[data.index(b"IDAT") - 4 : data.index(b"IDAT")])[0]
    start = data.index(b"IDAT") + 4
    rows = zlib.decompress(data[start : start + length])
    red, green, blue = rows[y * (3 * width + 1) + 1 + 3 * x :][:3]
    return red, green, blue
