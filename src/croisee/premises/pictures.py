"""Photos without what they tell beside what they show: the place, the day and the telephone that took them. Pure.

Nothing is drawn again: the segments of a JPEG (ITU-T T.81, annex B) and the chunks of a PNG (W3C, PNG third edition)
that hold pixels or colours are kept, all others are left out. Of a photo held upright, only that it is turned is kept.
"""

import struct
import zlib
from collections.abc import Iterator

PNG_MARK = b"\x89PNG\r\n\x1a\n"
JPEG_MARK = b"\xff\xd8"
MOST_PIXELS = 50_000_000
"""More than any telephone takes; a browser that draws more may run out of memory."""

_PNG_KEPT = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT"}
)
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""Markers that begin a frame and tell its size."""
_END, _SCAN, _COMMENT, _EXIF, _COLOURS, _ADOBE = 0xD9, 0xDA, 0xFE, 0xE1, 0xE2, 0xEE
_ORIENTATION = 0x0112


class Unreadable(ValueError):  # noqa: N818  reads as the sentence it is
    """The bytes are no picture that a browser could draw."""


def bare(data: bytes) -> bytes:
    """A JPEG or a PNG with its pixels alone. Raises Unreadable, also for more than fifty million pixels."""
    try:
        if data.startswith(PNG_MARK):
            return _bare_png(data)
        if data.startswith(JPEG_MARK):
            return _bare_jpeg(data)
    except (struct.error, IndexError) as error:
        raise Unreadable("cut short") from error
    raise Unreadable("neither JPEG nor PNG")


def _check_size(width: int, height: int) -> None:
    if not width or not height or width * height > MOST_PIXELS:
        raise Unreadable(f"{width} × {height} pixels")


# PNG


def _bare_png(data: bytes) -> bytes:
    kept = [PNG_MARK]
    seen: set[bytes] = set()
    for name, chunk, body in _chunks(data):
        if not seen:
            if name != b"IHDR":
                raise Unreadable("no header")
            _check_size(*struct.unpack_from(">II", body))
        seen.add(name)
        if name in _PNG_KEPT:
            kept.append(chunk)
    if not seen >= {b"IDAT", b"IEND"}:
        raise Unreadable("no pixels")
    return b"".join(kept)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Each chunk: its name, all of it, what it holds; nothing after the last."""
    at = len(PNG_MARK)
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        chunk = data[at : at + 12 + length]
        if len(chunk) != 12 + length or zlib.crc32(chunk[4:-4]) != struct.unpack(">I", chunk[-4:])[0]:
            raise Unreadable("a chunk is broken")
        yield chunk[4:8], chunk, chunk[8:-4]
        if chunk[4:8] == b"IEND":
            return
        at += 12 + length


# JPEG


def _bare_jpeg(data: bytes) -> bytes:
    kept: list[bytes] = []
    framed = turned = 0
    for marker, segment in _segments(data):
        if marker in _FRAMES:
            height, width = struct.unpack_from(">HH", segment, 5)
            _check_size(width, height)
            framed += 1
        if marker == _EXIF:
            turned = turned or _orientation(segment[4:])
        elif _holds_pixels(marker, segment):
            kept.append(segment)
    if framed != 1:
        raise Unreadable("no frame")
    return b"".join([JPEG_MARK, _turned(turned), *kept])


def _holds_pixels(marker: int, segment: bytes) -> bool:
    if marker == _COLOURS:
        return segment[4:].startswith(b"ICC_PROFILE\0")
    return marker in (0xE0, _ADOBE) or not (0xE0 <= marker <= 0xEF or marker == _COMMENT)


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Each segment: its marker, all of it, a scan with its pixels; the end ends it, whatever was put behind."""
    at = len(JPEG_MARK)
    while True:
        if data[at] != 0xFF:
            raise Unreadable("no marker")
        while data[at + 1] == 0xFF:
            at += 1
        marker = data[at + 1]
        if marker == _END:
            yield marker, data[at : at + 2]
            return
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise Unreadable("a segment is broken")
        if marker == _SCAN:
            end = _after_pixels(data, end)
        yield marker, data[at:end]
        at = end


def _after_pixels(data: bytes, start: int) -> int:
    """Where the next marker is: inside pixels, 0xFF is followed by 0x00 or by a restart."""
    at = start
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] == 0 or 0xD0 <= data[at + 1] <= 0xD7:
            at += 2
        else:
            return at
    raise Unreadable("no end")


def _orientation(body: bytes) -> int:
    """How the picture is turned (2 to 8), as an EXIF segment says; 0 when it does not, or not in a way that holds."""
    if not body.startswith(b"Exif\0\0") or body[6:8] not in (b"II", b"MM"):
        return 0
    order = "<" if body[6:8] == b"II" else ">"
    try:
        (first,) = struct.unpack_from(f"{order}I", body, 10)
        (count,) = struct.unpack_from(f"{order}H", body, 6 + first)
        for number in range(min(count, 200)):
            tag, kind, _n, value = struct.unpack_from(f"{order}HHIH", body, 8 + first + 12 * number)
            if tag == _ORIENTATION and kind == 3:
                return value if 2 <= value <= 8 else 0
    except struct.error:
        return 0
    return 0


def _turned(orientation: int) -> bytes:
    """An EXIF segment that tells nothing but how the picture is turned."""
    if not orientation:
        return b""
    directory = struct.pack(">HHHIHHI", 1, _ORIENTATION, 3, 1, orientation, 0, 0)
    body = b"Exif\0\0MM\0*\0\0\0\x08" + directory
    return struct.pack(">HH", 0xFFE1, len(body) + 2) + body
