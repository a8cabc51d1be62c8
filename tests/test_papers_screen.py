"""The update request on the screen: filled in by keyboard, with the files that people really choose."""

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import expect
from test_screen import look_up

TEXTS = {
    "full_name": "Khách Hàng Bàn Phím",
    "birth_date": "15/03/1990",
    "province": "Hà Nội",
    "ward": "Phường Mẫu",
    "street": "Số 3 đường Mẫu",
    "document_date": "20/05/2021",
    "document_place": "Cục Mẫu",
}


def jpeg(size, **options):
    content = BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(content, "JPEG", quality=97, **options)
    return content.getvalue()


def bomb(side=60_000):
    """A PNG of a few kilobytes that says it is 60,000 pixels square."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(1 << 20)))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
def form(page, new_line):
    """The form of a line whose papers are missing, opened by keyboard."""
    # Somebody who listens all the time: to begin listening takes longer than to press Space.
    page.on("filechooser", lambda _chooser: None)
    page.line = new_line(registration_state="incomplete", registration_missing="portrait")
    look_up(page, page.line)
    expect(page.locator(".o_mobifone_notice")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator(".o_mobifone_line")).to_be_visible()
    page.keyboard.press("F4")
    form = page.locator(".o_mobifone_registration_form")
    expect(form.locator("[data-field=full_name]")).to_be_focused()
    return form


def tab_to(page, name):
    """Go to the field by Tab alone."""
    for _step in range(30):
        if page.evaluate("document.activeElement.dataset.field") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no way to {name}")


def pick(page, name, place):
    """Choose the option at that place of a list, with the arrow key."""
    tab_to(page, name)
    for _step in range(place):
        page.keyboard.press("ArrowDown")


def choose(page, name, content, file_name):
    """Choose a file for a photo by Space."""
    tab_to(page, name)
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files({"name": file_name, "mimeType": "image/jpeg", "buffer": content})
    expect(page.locator(f".o_mobifone_paper_field[data-name={name}] .o_mobifone_photo_file")).to_contain_text(file_name)


def error_of(form, name):
    return form.locator(f".o_mobifone_paper_field[data-name={name}] .o_mobifone_paper_error")


def fill(page):
    """All but the photos."""
    for name in ("full_name", "birth_date"):
        tab_to(page, name)
        page.keyboard.type(TEXTS[name])
    pick(page, "gender", 2)
    for name in ("province", "ward", "street"):
        tab_to(page, name)
        page.keyboard.type(TEXTS[name])
    pick(page, "document_type", 2)
    tab_to(page, "document_number")
    page.keyboard.type("001 190 333 444")
    for name in ("document_date", "document_place"):
        tab_to(page, name)
        page.keyboard.type(TEXTS[name])
    tab_to(page, "consent")
    page.keyboard.press("Space")


def test_every_file_that_is_no_photo_is_told_apart(page, form):
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    whole = jpeg((900, 600))
    files = {
        "giay-to.jpg": (b"%PDF-1.7\n%" + bytes(2000), "không phải ảnh"),
        "ve.jpg": (svg, "không phải ảnh"),
        "bom.png": (bomb(), "quá nhiều điểm ảnh"),
        "hong.jpg": (whole[: len(whole) // 2], "bị hỏng"),
        "lon.jpg": (whole + bytes(17 << 20), "lớn hơn 16 MB"),
    }
    fill(page)
    for name in ("id_front", "id_back", "portrait"):
        choose(page, name, whole, "anh.jpg")
    for file_name, (content, message) in files.items():
        file = {"name": file_name, "mimeType": "image/jpeg", "buffer": content}
        form.locator("[data-field=portrait]").set_input_files(file)
        expect(form.locator("[data-name=portrait] .o_mobifone_photo_file")).to_contain_text(file_name)
        page.keyboard.press("Control+Enter")
        expect(error_of(form, "portrait")).to_contain_text(message, timeout=20_000)
        expect(form.locator("[data-field=portrait]")).to_be_focused()
        expect(form.locator(".o_mobifone_paper_error")).to_have_count(1)
    expect(form.locator("[data-field=full_name]")).to_have_value(TEXTS["full_name"])


def test_filled_in_by_keyboard_and_reviewed(page, form, people, open_page):
    page.keyboard.press("Control+Enter")
    expect(error_of(form, "consent")).to_be_visible()
    fill(page)
    page.keyboard.press("Control+Enter")
    draft = page.locator(".o_mobifone_dialog_draft")
    expect(draft).to_contain_text("Đã lưu nháp")
    for name in ("id_front", "id_back", "portrait"):
        expect(error_of(form, name)).to_contain_text("Còn thiếu")
    expect(form.locator(".o_mobifone_paper_error")).to_have_count(3)

    exif = Image.Exif()
    exif[0x0112] = 6  # the telephone was held upright
    large = jpeg((4200, 3200))
    choose(page, "id_front", large, "may-anh.jpg")
    choose(page, "id_back", jpeg((1200, 800)), "mat-sau.jpg")
    choose(page, "portrait", jpeg((1600, 1200), exif=exif.tobytes()), "chan-dung.jpg")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".o_notification")).to_contain_text("Đã gửi yêu cầu", timeout=20_000)
    expect(page.locator(".o_mobifone_registration_dialog")).to_have_count(0)
    expect(page.locator(".o_mobifone_line")).to_contain_text("hạn duyệt")

    requests = people["care"].call("mobifone.registration", "search", [("number", "=", page.line)])
    review = open_page("care", f"/odoo/mobifone-papers/{requests[0]}")
    review.locator("button[name=action_identity_reveal]").first.click()
    expect(review.locator(".modal input").first).to_be_focused()
    review.keyboard.type("Duyệt yêu cầu")
    review.keyboard.press("Enter")
    expect(review.locator(".modal")).to_contain_text("001190333444")
    expect(review.locator(".modal img")).to_have_count(3)
    review.wait_for_function("[...document.querySelectorAll('.modal img')].every((image) => image.complete)")
    sizes = review.locator(".modal img").evaluate_all("images => images.map(i => [i.naturalWidth, i.naturalHeight])")
    assert sizes == [[2000, 1524], [1200, 800], [1200, 1600]], "made smaller, and upright"
    review.keyboard.press("Escape")
    review.locator("button[name=action_approve]").click()
    review.locator(".modal footer .btn-primary").click()
    expect(review.locator(".o_statusbar_status .o_arrow_button_current")).to_contain_text("Đã duyệt")
    page.keyboard.press("Escape")
    look_up(page, page.line)
    expect(page.locator(".o_mobifone_line [data-fact=registration]")).to_have_attribute("data-value", "complete")
