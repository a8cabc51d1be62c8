"""Photos of papers: what people upload, made into a plain JPEG or refused with a reason."""

import base64
import binascii
import re
import threading
import warnings
from datetime import datetime
from io import BytesIO
from typing import NamedTuple

from PIL import ExifTags, Image, WebPImagePlugin

# Odoo loads no more of Pillow than it uses itself: WebP is not of it.
_WEBP = WebPImagePlugin.WebPImageFile
# What phones and scanners make; everything else (PDF, SVG, TIFF…) is refused, whatever its name says.
FORMATS = ("JPEG", "PNG", "WEBP")
# More pixels than any phone takes: such a file is made to fill the memory.
MAX_PIXELS = 60_000_000
# Of formats that are unpacked whole before they are made small.
MAX_PIXELS_WHOLE = 25_000_000
# No camera writes as many; each is searched for its end.
MAX_MARKERS = 2000
# Enough to read the small print of a card.
SIDE, QUALITY = 2000, 85
SMALL_SIDE = 480


# A marker of a JPEG that has a length, or its end: no stuffed byte, no fill byte, no restart.
_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd8]")


# Orientation of EXIF → how to turn the picture upright.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# The memory of a worker holds one unpacked photo, not as many as there are threads.
_ONE_AT_A_TIME = threading.Semaphore()


class BadPhoto(ValueError):
    """No photo. `code`: not_text, empty, too_large (bytes), not_image, damaged, too_many_pixels."""

    def __init__(self, code: str):
        super().__init__(code)
        self.code = code


class Photo(NamedTuple):
    """A clean photo."""

    jpeg: bytes
    is_small: bool  # too few pixels to be read with certainty
    taken_on: datetime | None  # as the camera's clock said, without a time zone


def decoded(text: object, max_bytes: int) -> bytes:
    """The bytes of an upload.

    :param text: base64, with or without the heading of a data URL
    :raise BadPhoto: when it is none, or too long
    """
    if not isinstance(text, str):
        raise BadPhoto("not_text")
    # Judged before it is decoded: base64 is a third longer.
    if len(text) > max_bytes * 4 / 3 + 200:
        raise BadPhoto("too_large")
    _heading, _comma, body = text.rpartition(",")
    try:
        content = base64.b64decode(re.sub(r"\s+", "", body), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadPhoto("not_image") from error
    if not content:
        raise BadPhoto("empty")
    if len(content) > max_bytes:
        raise BadPhoto("too_large")
    return content


def clean(content: bytes) -> Photo:
    """The photo upright, at most SIDE pixels long, as a new JPEG: no EXIF, no place, nothing appended.

    :raise BadPhoto: when it is no photo that can be shown
    """
    try:
        with warnings.catch_warnings():
            # Pillow only warns of what is half a bomb; the limit is ours.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise BadPhoto("too_many_pixels") from error
    except Exception as error:  # Pillow raises what its parsers raise
        raise BadPhoto("not_image") from error
    width, height = image.size
    is_jpeg = image.format in ("JPEG", "MPO")
    if width * height > (MAX_PIXELS if is_jpeg else MAX_PIXELS_WHOLE):
        raise BadPhoto("too_many_pixels")
    if not _is_whole(content, is_jpeg):
        raise BadPhoto("damaged")
    try:
        with _ONE_AT_A_TIME:
            taken_on, jpeg = _taken_on(image), _made_small(image)
    except Exception as error:  # a truncated or broken file fails wherever it is broken
        raise BadPhoto("damaged") from error
    return Photo(jpeg, min(width, height) < SMALL_SIDE, taken_on)


def _made_small(image):
    # JPEG only: decode near the size that is kept, not the whole.
    image.draft("RGB", (SIDE, SIDE))
    orientation = image.getexif().get(ExifTags.Base.Orientation, 1)
    if image.mode in ("P", "PA"):
        image = _opaque(image)  # colours of a palette do not mix
    image.thumbnail((SIDE, SIDE))
    image = _opaque(image)
    if turn := _TURNS.get(orientation):
        image = image.transpose(turn)
    jpeg = BytesIO()
    image.save(jpeg, "JPEG", quality=QUALITY, optimize=True)
    return jpeg.getvalue()


def _is_whole(content, is_jpeg):
    """Does the file go on to its end? Odoo tells Pillow to fill up with grey what is missing."""
    if is_jpeg:
        return _is_whole_jpeg(content)
    try:
        image = Image.open(BytesIO(content), formats=FORMATS)
        if image.format == "PNG":
            image.verify()
    except Exception:  # as above
        return False
    return True


def _is_whole_jpeg(content):
    """Walk the markers to the end of the image. Data may follow it: some phones append a film."""
    place = 2
    for _number in range(MAX_MARKERS):
        marker = _MARKER.search(content, place)
        if not marker:
            return False
        kind = marker[0][1]
        if kind == 0xD9:
            return True
        place = marker.end() + int.from_bytes(content[marker.end() : marker.end() + 2])
    return False


def _opaque(image):
    if image.mode.startswith("I"):  # 16 bits a pixel: the upper ones are what is seen
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        paper = Image.new("RGB", image.size, "white")
        paper.paste(image, mask=image.getchannel("A"))
        return paper
    return image.convert("RGB")


def _taken_on(image):
    text = image.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
    try:
        return datetime.strptime(str(text), "%Y:%m:%d %H:%M:%S")
    except ValueError:
        return None
