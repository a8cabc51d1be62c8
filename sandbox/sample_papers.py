"""Papers of the sample: forms of invented persons, with drawings in the place of photos. Runs in Odoo's Python."""

import base64
import io

from PIL import Image, ImageDraw, ImageFont

# Of invented persons, plainly.
NAMES = ["Một", "Hai", "Ba", "Bốn", "Năm", "Sáu", "Bảy", "Tám", "Chín", "Mười", "Tân", "Mẫu", "Lạc", "Thử"]


def form(place: int) -> dict:
    """The values of an update request, by the place of its person in the list. Each fifth lacks its portrait."""
    is_woman, year = place % 2 == 1, 1970 + place * 2
    return {
        "full_name": f"Khách Hàng {NAMES[place]}",
        "birth_date": f"15/03/{year}",
        "gender": "female" if is_woman else "male",
        "nationality": "VN",
        "province": "Hà Nội",
        "ward": "Phường Mẫu",
        "street": f"Số {place + 1} đường Mẫu",
        "document_type": "cccd",
        "document_number": f"001{int(is_woman)}{year % 100:02d}{900000 + place:06d}",
        "document_date": "20/05/2021",
        "document_place": "Cục Mẫu",
        "id_front": _drawing("CCCD MAU", place),
        "id_back": _drawing("MAT SAU", place),
        "portrait": False if place % 5 == 4 else _drawing("CHAN DUNG", place),
        "consent": True,
    }


def _drawing(title: str, place: int) -> str:
    """A drawn card, as the photo of no real one. (The font knows no diacritics.)"""
    image = Image.new("RGB", (960, 600), f"hsl({place * 29 % 360}, 35%, 85%)")
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 40, 920, 560), outline="#345", width=6)
    draw.rectangle((90, 160, 330, 480), fill="#89a")
    draw.text((380, 180), f"{title}\nMAU {place + 1}", fill="#123", font=ImageFont.load_default(48))
    content = io.BytesIO()
    image.save(content, "JPEG")
    return base64.b64encode(content.getvalue()).decode()
