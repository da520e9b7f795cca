"""A small PDF writer: text in the standard fonts, rules and boxes. Makes the sample document and the tests' PDFs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Font = Literal["regular", "bold", "italic", "mono"]

A4 = (595.0, 842.0)
_FONTS: dict[Font, tuple[str, str]] = {
    "regular": ("F1", "Helvetica"),
    "bold": ("F2", "Helvetica-Bold"),
    "italic": ("F3", "Helvetica-Oblique"),
    "mono": ("F4", "Courier"),
}


@dataclass
class PdfPage:
    """Coordinates in points, origin top-left, y down: `y` of a text is its baseline."""

    width: float
    height: float
    rotate: int = 0
    content: list[bytes] = field(default_factory=list)

    def text(self, x: float, y: float, text: str, size: float = 11, font: Font = "regular") -> None:
        name = _FONTS[font][0]
        self.content.append(
            f"BT /{name} {size:g} Tf {x:g} {self.height - y:g} Td (".encode() + _escape(text) + b") Tj ET"
        )

    def line(self, x0: float, y0: float, x1: float, y1: float, width: float = 0.7) -> None:
        self.content.append(f"{width:g} w {x0:g} {self.height - y0:g} m {x1:g} {self.height - y1:g} l S".encode())

    def fill(self, x0: float, y0: float, x1: float, y1: float, grey: float = 0.8) -> None:
        self.content.append(f"{grey:g} g {x0:g} {self.height - y1:g} {x1 - x0:g} {y1 - y0:g} re f 0 g".encode())

    def raw(self, operators: bytes) -> None:
        self.content.append(operators)


def _escape(text: str) -> bytes:
    data = text.encode("cp1252", "replace")
    return data.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)").replace(b"\r", b"\\r")


@dataclass
class PdfWriter:
    pages: list[PdfPage] = field(default_factory=list)

    def page(self, width: float = A4[0], height: float = A4[1], rotate: int = 0) -> PdfPage:
        self.pages.append(PdfPage(width, height, rotate))
        return self.pages[-1]

    def to_bytes(self) -> bytes:
        first_page = 3 + len(_FONTS)
        kids = " ".join(f"{first_page + 2 * i} 0 R" for i in range(len(self.pages)))
        fonts = " ".join(f"/{name} {3 + i} 0 R" for i, (name, _) in enumerate(_FONTS.values()))
        objects = [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            f"<< /Type /Pages /Kids [{kids}] /Count {len(self.pages)} >>".encode(),
            *(
                f"<< /Type /Font /Subtype /Type1 /BaseFont /{base} /Encoding /WinAnsiEncoding >>".encode()
                for _, base in _FONTS.values()
            ),
        ]
        for i, page in enumerate(self.pages):
            objects += _page_objects(page, contents=first_page + 2 * i + 1, fonts=fonts)
        return _file(objects)


def _page_objects(page: PdfPage, contents: int, fonts: str) -> list[bytes]:
    stream = b"\n".join(page.content)
    head = (
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {page.width:g} {page.height:g}] /Rotate {page.rotate} "
        f"/Resources << /Font << {fonts} >> >> /Contents {contents} 0 R >>"
    )
    return [head.encode(), f"<< /Length {len(stream)} >>\nstream\n".encode() + stream + b"\nendstream"]


def _file(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    xref = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
    out += f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{xref}\n%%EOF\n".encode()
    return bytes(out)
