from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .common import ConsultCase


@tagged("post_install", "-at_install")
class TestColorScheme(ConsultCase, HttpCase):
    """Light, dark, or as the system: what the server sends to the browser."""

    def page(self, **cookies):
        """The web client's page of agent_a1 → (has dark styles, its language, the cookie that it sets)."""
        self.authenticate("t_agent_a1", "t_agent_a1")
        response = self.url_open("/odoo", cookies=cookies)
        page = html.fromstring(response.text)
        dark = page.xpath("//link[contains(@href, 'web.assets_web_dark')]")
        return bool(dark), page.get("lang"), response.cookies.get("color_scheme")

    def choose(self, scheme):
        self.agent_a1.with_user(self.agent_a1).write({"mobifone_color_scheme": scheme})

    def test_a_choice_is_ones_own_and_wins_over_the_cookie(self):
        self.choose("dark")
        self.assertEqual(self.page(color_scheme="light")[::2], (True, "dark"))
        self.choose("light")
        self.assertEqual(self.page(color_scheme="dark")[::2], (False, "light"))
        with self.assertRaises(AccessError):
            self.leader_a.with_user(self.agent_a1).mobifone_color_scheme = "dark"

    def test_undecided_as_the_browser_said(self):
        self.assertEqual(self.agent_a1.mobifone_color_scheme, "system")
        self.assertEqual(self.page()[0], False)
        self.assertEqual(self.page(color_scheme="dark")[0], True)
        self.assertEqual(self.page(color_scheme="nonsense")[0], False)

    def test_the_page_says_its_language(self):
        self.env["res.lang"]._activate_lang("vi_VN")
        for code, language in (("vi_VN", "vi-VN"), ("en_US", "en-US")):
            self.agent_a1.lang = code
            self.assertEqual(self.page()[1], language)
