from __future__ import annotations

import struct
import zlib

from pdf_parser.utils.png import png


def test_rows_are_cut_to_their_width_and_the_file_is_whole() -> None:
    data = png(b"abcdefXX" + b"ghijklXX", width=2, height=2, stride=8, dpi=254)
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", data[16:24]) == (2, 2)
    start = data.index(b"IDAT") + 4
    assert zlib.decompress(data[start:-16]) == b"\0abcdef\0ghijkl"
    assert struct.unpack(">IIB", data[data.index(b"pHYs") + 4 :][:9]) == (10_000, 10_000, 1)
    assert zlib.crc32(b"IEND").to_bytes(4, "big") == data[-4:]
