"""PDFs that are pictures, or whose letters are not what they say: made in code, for OCR and classification."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pdf_parser.utils.render import GreyImage

LETTER = (612.0, 792.0)
PROSE = (
    "The committee met for the first time in the spring",
    "and decided to publish its report before the end of",
    "the year. Nobody expected that the paper would be so",
    "long, or that so many people would read it with care.",
    "A second edition followed when the first was sold out.",
)


@dataclass
class RawPdf:
    """One page from a content stream, with the fonts and pictures that it names."""

    content: bytes
    fonts: Mapping[str, bytes] | None = None
    image: bytes | None = None
    streams: tuple[bytes, ...] = ()
    size: tuple[float, float] = LETTER
    rotate: int = 0

    def to_bytes(self) -> bytes:
        """Object 5 is the picture, 6 and on are `streams`."""
        fonts = b" ".join(b"/%s %s" % (name.encode(), font) for name, font in (self.fonts or {}).items())
        picture = b"/XObject << /Im 5 0 R >>" if self.image is not None else b""
        box = b"[0 0 %g %g]" % self.size
        bodies = [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Rotate %d /Contents 4 0 R" % (box, self.rotate)
            + b" /Resources << /Font << %s >> %s >> >>" % (fonts, picture),
            _stream(b"", self.content),
            self.image or b"null",
            *(_stream(b"", data) for data in self.streams),
        ]
        return _file(bodies)


def _stream(head: bytes, data: bytes) -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (head, len(data), data)


def _file(bodies: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    xref = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, xref)
    return bytes(out)


HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def text_content(lines: tuple[str, ...] = PROSE, size: float = 14, mode: int = 0) -> bytes:
    """`mode` 3 is invisible text."""
    shown = b"".join(b"(%s) Tj T* " % line.encode("cp1252") for line in lines)
    return b"BT %d Tr /F1 %g Tf %g TL 72 680 Td %s ET" % (mode, size, size * 1.4, shown)


def grey_image(pixels: bytes, width: int, height: int) -> bytes:
    head = b"/Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8" % (
        width,
        height,
    )
    return _stream(head + b" /Filter /FlateDecode", zlib.compress(pixels))


def full_page(size: tuple[float, float] = LETTER) -> bytes:
    return b"q %g 0 0 %g 0 0 cm /Im Do Q " % size


def picture_pdf(image: bytes, over: bytes = b"", size: tuple[float, float] = LETTER, rotate: int = 0) -> bytes:
    """A page that is one picture, with more content over it."""
    return RawPdf(full_page(size) + over, {"F1": HELVETICA}, image, size=size, rotate=rotate).to_bytes()


def uniform(grey: int = 255, width: int = 80, height: int = 100) -> bytes:
    return grey_image(bytes([grey]) * (width * height), width, height)


def scan_of(pdf: bytes, turn: int = 0, skew: float = 0.0, dpi: float = 150) -> bytes:
    """The first page of a PDF as a picture that lies turned (clockwise) and skewed on its page. Needs numpy."""
    from pdf_parser.utils.render import PageCamera, View
    from tests.opening import opened

    with opened(pdf) as document, PageCamera(document, 1) as camera:
        view = View(camera.width, camera.height, dpi / 72, turn, skew)
        return _picture_page(camera.draw(view), (view.width, view.height))


def _picture_page(image: GreyImage, size: tuple[float, float]) -> bytes:
    height, width = image.shape
    return picture_pdf(grey_image(image.tobytes(), width, height), size=size)


def ciphered_pdf(lines: tuple[str, ...] = PROSE, key: str = "qwertyuiopasdfghjklzxcvbnm") -> bytes:
    """Looks right, but the font's ToUnicode map says other letters: `key` is what a to z are said to be."""
    pairs = [
        *zip("abcdefghijklmnopqrstuvwxyz", key, strict=True),
        *zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", key.upper(), strict=True),
    ]
    chars = b"\n".join(b"<%02x> <%04x>" % (ord(code), ord(said)) for code, said in pairs)
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        b"1 begincodespacerange <00> <ff> endcodespacerange\n"
        b"%d beginbfchar\n%s\nendbfchar endcmap end end" % (len(pairs), chars)
    )
    font = HELVETICA.replace(b" >>", b" /ToUnicode 6 0 R >>")
    return RawPdf(text_content(lines), {"F1": font}, streams=(cmap,)).to_bytes()


def hidden_layer_pdf(image: bytes, lines: tuple[str, ...]) -> bytes:
    """A scan behind which somebody's OCR has put its text."""
    return picture_pdf(image, over=text_content(lines, mode=3))
