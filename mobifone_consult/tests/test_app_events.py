from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import INSTALLED, LOCKED, OPEN, ConsultCase


@tagged("-at_install", "post_install")
class TestAppEvents(ConsultCase):
    def send(self, *events, user=None):
        events = [{"number": number, "installed_on": moment} for number, moment in events]
        return self.env["mobifone.subscriber"].with_user(user or self.feed).app_events(events)

    def ago(self, **delta):
        return fields.Datetime.to_string(fields.Datetime.now() - timedelta(**delta))

    def state(self, number=OPEN):
        line = self.line(number)
        line.invalidate_recordset()
        return line.app_status, fields.Datetime.to_string(line.app_installed_on)

    def test_install_closes_and_uninstall_reopens(self):
        moment = self.ago(minutes=5)
        self.assertEqual(self.send(("0900 091 001", moment)), {"accepted": 1, "ignored": 0, "rejected": []})
        self.assertEqual(self.state(), ("installed", moment))
        self.assertEqual(self.consult(self.agent_a1)["verdict"]["code"], "app_installed")
        self.assertEqual(self.send((OPEN, False))["accepted"], 1)
        self.assertEqual(self.state(), ("not_installed", False))
        self.assertTrue(self.consult(self.agent_a1)["ok"])

    def test_idempotent_late_and_out_of_order(self):
        first, second = self.ago(hours=2), self.ago(hours=1)
        self.assertEqual(self.send((OPEN, second))["accepted"], 1)
        self.assertEqual(self.send((OPEN, second))["ignored"], 1, "the same again")
        self.assertEqual(self.send((OPEN, first))["ignored"], 1, "an older one comes late")
        self.assertEqual(self.state(), ("installed", second))
        self.assertEqual(self.send((OPEN, False), (OPEN, False)), {"accepted": 1, "ignored": 1, "rejected": []})
        self.assertEqual(self.send((OPEN, second))["ignored"], 1, "a late copy does not bring the app back")
        self.assertEqual(self.state()[0], "not_installed")
        between = self.ago(minutes=30)
        self.assertEqual(self.send((OPEN, between))["accepted"], 1, "an install that is younger than the gone one does")
        self.assertEqual(self.state(), ("installed", between))

    def test_removed_in_the_second_it_was_installed(self):
        now = self.ago(seconds=0)
        self.send((OPEN, now), (OPEN, False))
        self.assertEqual(self.send((OPEN, now))["ignored"], 1)

    def test_install_converts_the_newest_consultation(self):
        older = self.consult(self.agent_a1)["consultation_id"]
        self.env.cr.execute("UPDATE mobifone_consult_lease SET until = until - interval '1 day'")
        self.env.cr.execute("UPDATE mobifone_consultation SET saved_on = saved_on - interval '2 days'")
        self.env.invalidate_all()
        newer = self.consult(self.agent_b1)["consultation_id"]
        moment = self.ago(seconds=0)
        self.send((OPEN, moment))
        states = self.env["mobifone.consultation"].browse([older, newer]).mapped("state")
        self.assertEqual(states, ["open", "converted"])
        later = fields.Datetime.to_string(fields.Datetime.to_datetime(moment) + timedelta(seconds=1))
        self.send((OPEN, False), (OPEN, moment), (OPEN, later))
        self.assertEqual(self.state(), ("installed", later))
        self.assertEqual(self.env["mobifone.consultation"].browse(older).state, "open", "one line pays one consult")
        credited = self.env["mobifone.consultation"].browse(newer).installed_on
        self.assertEqual(fields.Datetime.to_string(credited), moment, "and pays it once")

    def test_an_install_told_while_the_consult_was_being_saved_is_credited_soon(self):
        cron = self.env.ref("mobifone_consult.ir_cron_expire_consultations")
        consultation = self.env["mobifone.consultation"].browse(self.consult(self.agent_a1)["consultation_id"])
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        self.send((LOCKED, self.ago(seconds=0)))
        self.assertTrue(self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]) - triggers)
        # As it is when neither of the two saw the other.
        moment = fields.Datetime.now()
        self.change(OPEN, app_status="installed", app_installed_on=moment, app_event_on=moment)
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual((consultation.state, consultation.installed_on), ("converted", moment))
        self.env.cr.execute("DELETE FROM mobifone_consult_lease")
        self.change(OPEN, app_status="not_installed", app_installed_on=None)
        later = self.env["mobifone.consultation"].browse(self.consult(self.agent_a1)["consultation_id"])
        self.change(OPEN, app_status="installed", app_installed_on=moment)
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(later.state, "open", "an install pays once")

    def test_install_after_seven_days_or_before_the_consult_is_no_conversion(self):
        for days, install in ((8, {"seconds": 0}), (0, {"hours": 1})):
            self.env.cr.execute("DELETE FROM mobifone_consult_lease")
            self.change(OPEN, app_status="not_installed", app_installed_on=None, app_event_on=None)
            saved = self.consult(self.agent_a1)["consultation_id"]
            self.env.cr.execute(
                "UPDATE mobifone_consultation SET saved_on = saved_on - make_interval(days => %s) WHERE id = %s",
                [days, saved],
            )
            self.env.invalidate_all()
            self.send((OPEN, self.ago(**install)))
            self.assertEqual(self.env["mobifone.consultation"].browse(saved).state, "open")

    def test_bad_events_are_rejected_one_by_one(self):
        good = {"number": INSTALLED, "installed_on": False}
        bad = [
            None, 5, "x", [], {}, {"number": OPEN}, {"installed_on": False}, {"number": "abc", "installed_on": False},
            {"number": OPEN, "installed_on": None}, {"number": OPEN, "installed_on": True},
            {"number": OPEN, "installed_on": "yesterday"}, {"number": OPEN, "installed_on": "2026-13-01 00:00:00"},
            {"number": OPEN, "installed_on": "2100-01-01 00:00:00"}, {"number": OPEN, "installed_on": 5},
            {"number": "0320000001", "installed_on": False}, {"number": ["a"], "installed_on": False},
        ]  # fmt: skip
        answer = self.env["mobifone.subscriber"].with_user(self.feed).app_events([*bad, good])
        self.assertEqual((answer["accepted"], answer["ignored"]), (1, 0))
        self.assertEqual([entry["index"] for entry in answer["rejected"]], list(range(len(bad))))
        self.assertTrue(all(entry["reason"] for entry in answer["rejected"]))
        self.assertEqual(self.state(INSTALLED)[0], "not_installed", "nothing of the good ones is lost")

    def test_who_may_send(self):
        self.assertEqual(self.send((OPEN, False), user=self.manager)["ignored"], 1)
        for user in (self.agent_a1, self.leader_a, self.vendor_manager_a, self.care, self.stranger):
            with self.assertRaises(AccessError):
                self.send((OPEN, False), user=user)
        foreign = self.env["mobifone.subscriber"].with_user(self.feed).with_context(lang="nonsense")
        own = self.env["mobifone.subscriber"].with_user(self.feed).with_context(lang=self.feed.lang)
        self.assertEqual(foreign.app_events([{}]), own.app_events([{}]), "told in the user's own language")
        for nonsense in (None, "x", {}, 5):
            with self.assertRaises(UserError):
                self.env["mobifone.subscriber"].with_user(self.feed).app_events(nonsense)
