"""Pictures made for the tests of premises."""

from __future__ import annotations

import struct
import zlib


def png(width: int = 2, height: int = 2, *extra: tuple[bytes, bytes]) -> bytes:
    """A PNG with chunks of one's own between the header and the pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\0\0\0" * 2))
    between = b"".join(chunk(name, body) for name, body in extra)
    return b"\x89PNG\r\n\x1a\n" + header + between + pixels + chunk(b"IEND", b"")


def jpeg(*segments: tuple[int, bytes], pixels: bytes = b"\x12\xff\x00\x34\xff\xd0\x56") -> bytes:
    """The bones of a JPEG: segments of one's own, a frame of 3 × 2, one scan."""
    parts = [b"\xff\xd8"]
    for marker, body in (*segments, (0xC0, struct.pack(">BHHB", 8, 2, 3, 1) + b"\1\x11\0")):
        parts.append(struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body)
    parts.append(b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + pixels + b"\xff\xd9")
    return b"".join(parts)


def exif(orientation: int, order: str = "<") -> bytes:
    """An EXIF segment with a place name and how the picture is turned."""
    mark = b"II*\0" if order == "<" else b"MM\0*"
    entries = struct.pack(f"{order}HHII", 0x010F, 2, 4, 0x4C4C5552) + struct.pack(
        f"{order}HHIHH", 0x0112, 3, 1, orientation, 0
    )
    return b"Exif\0\0" + mark + struct.pack(f"{order}IH", 8, 2) + entries + b"GPS 48.1 -1.6"
