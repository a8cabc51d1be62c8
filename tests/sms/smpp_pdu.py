"""Bytes of SMPP 3.4, as far as a simulator needs them: PDUs, texts, parts of long messages, receipts."""

import struct
import time
from typing import NamedTuple

BIND = {1: "receiver", 2: "transmitter", 9: "transceiver"}
SUBMIT, DELIVER, UNBIND, ENQUIRE = 4, 5, 6, 21
RESPONSE = 0x80000000
OK, UNKNOWN_COMMAND, SYSTEM_ERROR = 0, 3, 8
INVALID_DESTINATION, THROTTLED = 0x0B, 0x58
STATES = {
    "ENROUTE": 1,
    "DELIVRD": 2,
    "EXPIRED": 3,
    "DELETED": 4,
    "UNDELIV": 5,
    "ACCEPTD": 6,
    "UNKNOWN": 7,
    "REJECTD": 8,
}

# GSM 03.38, its basic alphabet by code; 27 announces a character of the second alphabet.
GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_MORE = {10: "\f", 20: "^", 40: "{", 41: "}", 47: "\\", 60: "[", 61: "~", 62: "]", 64: "|", 101: "€"}


class Short(NamedTuple):
    """What a submit_sm or deliver_sm says."""

    source: str
    destination: str
    wants_receipt: bool
    text: str
    part: tuple  # (reference, number of parts, place from 1); of a short message (0, 1, 1)


def pdu(command: int, status: int, sequence: int, body: bytes = b"") -> bytes:
    """A whole PDU."""
    return struct.pack("!IIII", 16 + len(body), command, status, sequence) + body


def parse(body: bytes) -> Short:
    """The body of a submit_sm or deliver_sm."""
    _service, body = _cut(body)
    source, body = _cut(body[2:])
    destination, body = _cut(body[2:])
    esm_class, body = body[0], body[3:]
    _schedule, body = _cut(body)
    _validity, body = _cut(body)
    registered, coding, length = body[0], body[2], body[4]
    content, part = body[5 : 5 + length], (0, 1, 1)
    if esm_class & 0x40:  # begins with a user data header
        header, content = content[1 : content[0] + 1], content[content[0] + 1 :]
        if header[:2] == b"\x00\x03":
            part = tuple(header[2:5])
    return Short(source, destination, bool(registered & 3), decoded(content, coding), part)


def message(source: str, destination: str, text: str, esm_class: int = 0, more: bytes = b"") -> bytes:
    """The body of a deliver_sm; an international number has a plus.

    :param more: optional parameters
    """
    coding, content = encoded(text)
    return b"".join(
        (b"\0", _address(source), _address(destination), bytes((esm_class, 0, 0)), b"\0\0",
         bytes((0, 0, coding, 0, len(content))), content, more)
    )  # fmt: skip


def receipt(of: Short, key: str, state: str, with_tlv: bool) -> bytes:
    """The body of a deliver_sm that says what became of a message."""
    now = time.strftime("%y%m%d%H%M")
    text = (
        f"id:{key} sub:001 dlvrd:{int(state == 'DELIVRD'):03d} submit date:{now} done date:{now} stat:{state} err:000 "
        f"text:"
    )
    more = b""
    if with_tlv:
        more = (
            struct.pack("!HH", 0x1E, len(key) + 1) + key.encode() + b"\0" + struct.pack("!HHB", 0x427, 1, STATES[state])
        )
    return message(of.destination, of.source, text, 4, more)


def encoded(text: str) -> tuple:
    """(data coding, bytes): GSM's own alphabet where it has all characters, else UCS-2."""
    if all(character in GSM for character in text):
        return 0, bytes(map(GSM.index, text))
    return 8, text.encode("utf-16-be")


def decoded(content: bytes, coding: int) -> str:
    if coding == 8:
        return content.decode("utf-16-be", "replace")
    if coding in (1, 3):
        return content.decode("latin-1")
    text, codes = "", iter(content)
    for code in codes:
        text += GSM_MORE.get(next(codes, 0), "?") if code == 27 else GSM[code & 127]
    return text


def digits(number: str) -> str:
    """A number as this simulator keeps its books: without plus and spaces."""
    return number.replace(" ", "").lstrip("+")


def _address(number: str) -> bytes:
    kind = (1, 1) if number.startswith("+") else (0, 1) if number.isdigit() else (5, 0)
    return bytes(kind) + number.lstrip("+").encode() + b"\0"


def _cut(data: bytes) -> tuple:
    text, _zero, rest = data.partition(b"\0")
    return text.decode("latin-1"), rest
