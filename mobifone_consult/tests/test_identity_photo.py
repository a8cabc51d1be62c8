import struct
import zlib
from io import BytesIO

from PIL import Image, MpoImagePlugin

from odoo.tests import BaseCase, tagged

from ..tools import identity_photo
from ..tools.identity_photo import BadPhoto
from .papers_common import picture, upload

MEGABYTE = 1024 * 1024


def bomb(side=60_000):
    """A PNG of a few kilobytes that unpacks to gigabytes."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * MEGABYTE))
        + chunk(b"IEND", b"")
    )


@tagged("-at_install", "post_install")
class TestIdentityPhoto(BaseCase):
    """What people upload as a photo, and what comes of it."""

    def refused(self, content):
        with self.assertRaises(BadPhoto) as caught:
            identity_photo.clean(content)
        return caught.exception.code

    def opened(self, content):
        photo = identity_photo.clean(content)
        return Image.open(BytesIO(photo.jpeg)), photo

    def test_formats(self):
        for form in ("JPEG", "PNG", "WEBP"):
            with self.subTest(form=form):
                image, photo = self.opened(picture(form=form))
                self.assertEqual((image.format, image.mode, image.size), ("JPEG", "RGB", (800, 600)))
                self.assertFalse(photo.is_small)

    def test_what_is_no_photo(self):
        svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
        for content in (
            b"%PDF-1.7\n1 0 obj", svg, b"GIF89a" + b"\0" * 50, b"", b"\0" * 100, b"II*\0" + b"\0" * 100,
            picture(form="TIFF"), picture(form="BMP"), picture(form="GIF"), b"<html>", picture()[:20],
        ):  # fmt: skip
            with self.subTest(content=content[:12]):
                self.assertIn(self.refused(content), ("not_image", "damaged"))

    def test_damaged(self):
        for form in ("JPEG", "PNG", "WEBP"):
            content = picture((1200, 900), form)
            with self.subTest(form=form):
                self.assertIn(self.refused(content[: len(content) // 2]), ("damaged", "not_image"))

    def test_a_picture_of_several_is_whole_or_refused(self):
        content = BytesIO()
        pictures = [Image.effect_noise((900, 700), number).convert("RGB") for number in (40, 80)]
        self.assertTrue(MpoImagePlugin, "Odoo does not load it")
        pictures[0].save(content, "MPO", save_all=True, append_images=pictures[1:])
        self.assertEqual(self.opened(content.getvalue())[0].size, (900, 700))
        self.assertEqual(self.refused(content.getvalue()[:30_000]), "damaged")
        self.assertEqual(self.refused(b"\xff\xd8" + b"\xff\xe1\0\2" * 10_000 + picture()[2:]), "damaged")

    def test_a_bomb_is_not_unpacked(self):
        self.assertLess(len(bomb()), 10_000)
        self.assertEqual(self.refused(bomb()), "too_many_pixels")
        self.assertEqual(self.refused(bomb(6000)), "too_many_pixels")
        wide = picture((20_000, 1), "PNG")
        self.assertEqual(self.opened(wide)[0].size, (2000, 1))

    def test_a_large_photo_is_made_small(self):
        noise = Image.effect_noise((5000, 4000), 120).convert("RGB")
        content = BytesIO()
        noise.save(content, "JPEG", quality=97)
        self.assertGreater(len(content.getvalue()), 14 * MEGABYTE)
        image, photo = self.opened(identity_photo.decoded(upload(content.getvalue()), 40 * MEGABYTE))
        self.assertEqual(image.size, (2000, 1600))
        self.assertLess(len(photo.jpeg), 3 * MEGABYTE)

    def test_size_is_judged_before_anything_is_decoded(self):
        for content, limit, code in (
            (b"x" * 1001, 1000, "too_large"),
            (b"x" * 5000, 1000, "too_large"),
            (b"", 9, "empty"),
        ):
            with self.subTest(size=len(content)), self.assertRaises(BadPhoto) as caught:
                identity_photo.decoded(upload(content), limit)
            self.assertEqual(caught.exception.code, code)
        for text, code in (
            (5, "not_text"),
            (None, "not_text"),
            ("@@@", "not_image"),
            ("data:image/png;base64,é", "not_image"),
        ):
            with self.subTest(text=text), self.assertRaises(BadPhoto) as caught:
                identity_photo.decoded(text, 1000)
            self.assertEqual(caught.exception.code, code)
        self.assertEqual(identity_photo.decoded("data:image/png;base64," + upload(b"abc"), 1000), b"abc")

    def test_turned_upright_and_stripped(self):
        exif = Image.Exif()
        exif[0x0112] = 6  # the camera was held upright
        exif.get_ifd(0x8769)[0x9003] = "2026:11:20 10:11:12"
        exif.get_ifd(0x8825)[1] = "N"
        image, photo = self.opened(picture((900, 600), exif=exif.tobytes()) + b"APPENDED SECRET")
        self.assertEqual(image.size, (600, 900))
        self.assertEqual(dict(image.getexif()), {})
        self.assertEqual(str(photo.taken_on), "2026-11-20 10:11:12")
        self.assertNotIn(b"SECRET", photo.jpeg)

    def test_transparent_and_small(self):
        content = BytesIO()
        Image.new("RGBA", (300, 200), (0, 0, 0, 0)).save(content, "PNG")
        image, photo = self.opened(content.getvalue())
        self.assertTrue(photo.is_small)
        self.assertEqual(image.getpixel((10, 10)), (255, 255, 255))
        content = BytesIO()
        Image.linear_gradient("L").convert("I").point(lambda value: value * 257).convert("I;16").save(content, "PNG")
        self.assertLess(
            self.opened(content.getvalue())[0].convert("L").getpixel((128, 10)), 30, "16 bits keep their greys"
        )
        for mode in ("P", "L", "CMYK", "I;16"):
            content = BytesIO()
            Image.new(mode, (600, 500)).save(content, "JPEG" if mode == "CMYK" else "PNG")
            with self.subTest(mode=mode):
                self.assertEqual(self.opened(content.getvalue())[0].mode, "RGB")
