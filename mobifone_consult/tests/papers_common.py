"""Photos of papers made by drawing, a whole form, and a key file of the tests' own."""

import base64
import os
import tempfile
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

from PIL import Image, ImageDraw

from odoo.fields import Datetime

from ..tools import identity_cipher
from .common import MISSING, ConsultCase

NUMBER = "001190123456"


def picture(size=(800, 600), form="JPEG", **options):
    """A photo as an upload's bytes."""
    image = Image.new("RGB", size, "#dde6f0")
    ImageDraw.Draw(image).rectangle((size[0] // 10, size[1] // 10, size[0] // 2, size[1] // 2), fill="#203a70")
    content = BytesIO()
    image.save(content, form, **options)
    return content.getvalue()


def upload(content):
    """Bytes as a form sends them."""
    return base64.b64encode(content).decode()


def whole_form(**changes):
    """A complete form: a woman born in 1990, with a card of her own."""
    photo = upload(picture())
    return {
        "full_name": "Khách Hàng Mẫu Một",
        "birth_date": "15/03/1990",
        "gender": "female",
        "nationality": "VN",
        "province": "Hà Nội",
        "ward": "Phường Mẫu",
        "street": "Số 1 đường Mẫu",
        "document_type": "cccd",
        "document_number": NUMBER,
        "document_date": "2021-05-20",
        "document_place": "Cục Mẫu",
        "id_front": photo,
        "id_back": photo,
        "portrait": photo,
        "consent": True,
        **changes,
    }


class PapersCase(ConsultCase):
    """Papers, with a key file of the tests' own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.key_file = Path(folder) / "identity.key"
        cls.key_file.write_text(identity_cipher.new_key() + "\n")
        # The tests read messages, in whatever language the database was made.
        cls.env["res.lang"]._activate_lang("en_US")
        (cls.agent_a1 | cls.agent_a2 | cls.agent_b1 | cls.care | cls.manager).lang = "en_US"
        cls.last = {
            model: cls.env[model].sudo().search([], order="id desc", limit=1).id or 0
            for model in ("mobifone.registration", "mobifone.identity")
        }
        cls.reason = cls.env.ref("mobifone_consult.rejection_reason_blurred")
        cls.enterClassContext(patch.dict(os.environ, {identity_cipher.ENVIRONMENT: str(cls.key_file)}))

    @contextmanager
    def keys(self, *lines):
        """A key file with these lines."""
        before = self.key_file.read_text()
        self.write_keys(*lines)
        try:
            yield
        finally:
            self.write_keys(before)

    def write_keys(self, *lines):
        # Another inode each time: a clock's tick may be longer than a test.
        draft = self.key_file.with_suffix(".draft")
        draft.write_text("\n".join(lines))
        draft.replace(self.key_file)

    def made(self, model):
        """The rows that this test has made: others may have committed some before."""
        return self.env[model].sudo().search([("id", ">", self.last[model])])

    def submit(self, values=None, user=None, number=MISSING, **options):
        """Look up, OK the notice, submit; the answer of `submit_registration`."""
        desk = self.desk(user or self.agent_a1)
        lookup = desk.lookup(number)
        if lookup["registration"]["must_acknowledge"]:
            desk.acknowledge(lookup["lookup_id"])
        return desk.submit_registration(lookup["lookup_id"], whole_form() if values is None else values, **options)

    def request(self, answer, user=None):
        """The request as customer care has it."""
        return self.env["mobifone.registration"].with_user(user or self.care).browse(answer["registration_id"])

    def papers_of(self, number=MISSING, user=None):
        """What a look-up tells of the line's papers, after the OK."""
        desk = self.desk(user or self.agent_b1)
        lookup = desk.lookup(number)
        if lookup["registration"]["must_acknowledge"]:
            lookup = desk.acknowledge(lookup["lookup_id"])
        return lookup["registration"]

    def age(self, request, **moments):
        """Move stored moments of a request back: hours by the name of the field."""
        self.env.flush_all()
        for name, hours in moments.items():
            self.env.cr.execute(
                f"UPDATE mobifone_registration SET {name} = %s WHERE id = %s",  # pylint: disable=sql-injection
                [Datetime.subtract(Datetime.now(), hours=hours), request.id],
            )
        self.env.invalidate_all()

    def log_of(self, request):
        """Actions logged about the request, oldest first."""
        rows = self.env["mobifone.identity.log"].search([("registration_ref", "=", request.id)])
        return rows.sorted("id").mapped("action")

    def fields_of(self, answer, part):
        """Names of the fields, or codes, in one part of an answer of `submit_registration`."""
        return {found.get("field") or found.get("code") for found in answer[part]}

    def cron(self, name):
        """Run a scheduled action."""
        with self.enter_registry_test_mode():
            self.env.ref(f"mobifone_consult.{name}").method_direct_trigger()
        self.env.invalidate_all()

    def reject(self, request, note=False):
        """Reject as customer care does, in its dialog."""
        wizard = self.env["mobifone.registration.reject"].with_user(self.care)
        values = {"reason_id": self.reason.id, "note": note}
        wizard.with_context(active_id=request.id).create(values).action_reject()
