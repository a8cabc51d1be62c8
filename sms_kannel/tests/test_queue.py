from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..tools.kannel_client import Answer, Outcome
from .common import NUMBER, KannelCase


@tagged("post_install", "-at_install")
class TestQueue(KannelCase):
    """What becomes of messages in Odoo's queue, and of their reports."""

    def test_sent_and_delivered(self):
        messages = self.queue(70)
        self.send()
        self.assertEqual(len(self.stub.asked), 70)
        self.assertEqual({headers["X-Kannel-To"] for headers, _text in self.stub.asked}, set(messages.mapped("number")))
        self.assertEqual(set(messages.mapped("state")), {"pending"})
        self.report(messages[0], 8, 1)
        self.assertEqual((messages[0].state, messages[0].to_delete), ("sent", True))
        self.send()
        self.assertEqual(len(self.stub.asked), 70, "nothing is asked for twice")

    def test_nothing_is_sent_in_a_users_transaction(self):
        messages = self.queue(2)
        messages.send()
        self.assertFalse(self.stub.asked)
        self.assertEqual(set(messages.mapped("state")), {"outgoing"})

    def test_refused_goes_back_and_the_gateway_rests(self):
        messages = self.queue(40)
        self.stub.answer = lambda headers: (503, "Temporal failure, try again later.")
        self.send()
        asked = len(self.stub.asked)
        self.assertLessEqual(asked, self.gateway.threads)
        self.assertEqual(set(messages.mapped("state")), {"outgoing"})
        self.assertTrue(self.gateway.paused_until > fields.Datetime.now())
        self.assertIn("503", self.gateway.last_error)
        self.send()
        self.assertEqual(len(self.stub.asked), asked, "it is left alone while it rests")
        self.stub.answer = lambda headers: (202, "0: Accepted for delivery")
        self.gateway.paused_until = fields.Datetime.now() - timedelta(seconds=1)
        self.send()
        self.assertEqual(set(messages.mapped("state")), {"pending"})
        self.assertFalse(self.gateway.failures or self.gateway.paused_until or self.gateway.last_error)

    def test_the_pause_grows(self):
        self.queue(3)
        self.gateway.password = "wrong"
        pauses = []
        for _try in range(3):
            self.send()
            pauses.append((self.gateway.paused_until - fields.Datetime.now()).total_seconds())
            self.gateway.paused_until = fields.Datetime.now() - timedelta(seconds=1)
        self.assertLess(pauses[0] * 1.5, pauses[1])
        self.assertLess(pauses[1] * 1.5, pauses[2])
        self.assertFalse(self.stub.asked, "after a pause it is asked first whether it works again")

    def test_after_trouble_one_goes_first(self):
        """Also when the first in the queue need not be asked for at all."""
        old, *others = self.queue(20)
        self.stub.answer = lambda headers: (503, "Temporal failure")
        self.send()
        self.stub.asked.clear()
        self.env.cr.execute(
            "UPDATE sms_sms SET create_date = create_date - interval '25 hours' WHERE id = %s", [old.id]
        )
        self.env.invalidate_all()
        self.gateway.paused_until = fields.Datetime.now() - timedelta(seconds=1)
        self.send()
        self.assertEqual((old.failure_type, len(self.stub.asked)), ("sms_expired", 1))
        self.assertEqual({sms.state for sms in others}, {"outgoing"})

    def test_what_is_wrong_is_told_in_the_companys_language(self):
        self.env["res.lang"]._activate_lang("vi_VN")
        self.company.partner_id.lang = "vi_VN"
        self.queue()
        self.stub.answer = lambda headers: (503, "Temporal failure")
        self.send()
        self.assertIn("Cổng trả lời 503", self.gateway.last_error)

    def test_ambiguous_waits_and_becomes_unknown(self):
        messages = self.queue(40)
        self.stub.answer = lambda headers: (500, "oops")
        self.send()
        doubtful = messages.filtered(lambda sms: sms.state == "process")
        self.assertEqual(len(doubtful), len(self.stub.asked))
        self.assertLessEqual(len(doubtful), self.gateway.threads)
        self.run_job("sms.kannel.sender", "_cron_sweep")
        self.assertEqual(set(doubtful.mapped("state")), {"process"}, "too early to say")
        self.age(doubtful, minutes=11)
        self.run_job("sms.kannel.sender", "_cron_sweep")
        self.assertEqual(set(doubtful.mapped("failure_type")), {"kannel_unknown"})
        with self.assertRaises(UserError):
            doubtful.action_set_outgoing()
        doubtful.resend_failed()
        self.assertEqual(set(doubtful.mapped("state")), {"error"}, "never asked for again")
        self.report(doubtful[0], 1)
        self.assertEqual((doubtful[0].state, doubtful[0].failure_type), ("sent", False), "a late report settles it")
        self.report(doubtful[1], 2)
        self.assertEqual(doubtful[1].failure_type, "sms_not_delivered")

    def test_report_before_the_answer(self):
        [sms] = self.queue()
        sms.state = "process"
        self.report(sms, 1)
        self.assertEqual(sms.state, "sent")
        accepted = {sms.uuid: Answer(Outcome.ACCEPTED, "0: Accepted for delivery", 202)}
        self.env["sms.kannel.sender"]._store(self.gateway, accepted)
        self.assertEqual(sms.state, "sent", "the answer that comes now changes nothing")

    def test_reports_only_go_forward(self):
        for codes, expected in (
            ((8,), ("pending", False)),
            ((4, 8), ("pending", False)),
            ((1, 8, 4), ("sent", False)),
            ((1, 2), ("sent", False)),
            ((16, 1), ("error", "sms_rejected")),
            ((2, 1), ("error", "sms_not_delivered")),
            ((34,), ("error", "sms_expired")),
            ((66, 1), ("sent", False)),
            ((66,), ("error", "kannel_unknown")),
            ((77,), ("pending", False)),
        ):
            for apart in (False, True):
                with self.subTest(codes=codes, apart=apart):
                    [sms] = self.queue()
                    sms.state = "pending"
                    for batch in [[code] for code in codes] if apart else [codes]:
                        self.report(sms, *batch)
                    self.assertEqual((sms.state, sms.failure_type), expected)

    def test_reports_are_counted(self):
        [sms] = self.queue()
        sms.state = "pending"
        self.report(sms, 1, 1, 8)
        self.report("f" * 32, 1)
        reports = self.env["sms.kannel.report"].search([("sms_uuid", "in", (sms.uuid, "f" * 32))], order="id")
        self.assertEqual(reports.mapped("state"), ["applied", "late", "unknown"])
        self.assertEqual(self.gateway.stray_report_count, 1)

    def test_looked_at_once_more(self):
        """A report that comes beside the last that is applied wakes nobody: it must not wait for the next minute."""
        job = self.env.ref("sms_kannel.ir_cron_apply_reports")
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", job.id)])
        [sms] = self.queue()
        sms.state = "pending"
        self.env["sms.kannel.report"]._receive(self.gateway.id, sms.uuid, 1)
        self.assertEqual(self.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)]), len(triggers) + 1)
        self.run_job("sms.kannel.report", "_cron_apply")
        self.assertEqual(self.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)]), len(triggers) + 2)
        self.run_job("sms.kannel.report", "_cron_apply")
        self.assertEqual(self.env["ir.cron.trigger"].search_count([("cron_id", "=", job.id)]), len(triggers) + 2)

    def test_no_report_ever(self):
        messages = self.queue(2)
        self.send()
        self.age(messages[0], minutes=self.gateway.validity + 11)
        self.run_job("sms.kannel.sender", "_cron_sweep")
        self.assertEqual([sms.failure_type for sms in messages], ["kannel_unknown", False])

    def test_what_is_not_sent(self):
        bad, empty, missing, old, stopped, good = self.queue(6)
        bad.number, empty.body, missing.number, stopped.number = "12", "  ", False, "0900 000 005"
        self.env.cr.execute(
            "UPDATE sms_sms SET create_date = create_date - interval '25 hours' WHERE id = %s", [old.id]
        )
        self.env["phone.blacklist"].add(stopped.number)
        old.invalidate_recordset()
        self.send()
        self.assertEqual([headers["X-Kannel-To"] for headers, _text in self.stub.asked], [good.number])
        self.assertEqual(
            [(sms.state, sms.failure_type) for sms in (bad, empty, missing, old, stopped)],
            [
                ("error", "sms_number_format"),
                ("error", "sms_rejected"),
                ("error", "sms_number_missing"),
                ("error", "sms_expired"),
                ("canceled", "sms_blacklist"),
            ],
        )

    def test_not_before(self):
        now, later = self.queue(2)
        later.kannel_send_after = fields.Datetime.now() + timedelta(hours=1)
        self.send()
        self.assertEqual((now.state, later.state), ("pending", "outgoing"))

    def test_rejected_by_the_gateway(self):
        messages = self.queue(3)
        self.stub.answer = lambda headers: (
            (400, "Missing receiver number, rejected") if headers["X-Kannel-To"] == messages[1].number else (202, "0:")
        )
        self.send()
        self.assertEqual(messages.mapped("state"), ["pending", "error", "pending"])
        messages[1].resend_failed()
        self.assertEqual(messages[1].state, "outgoing", "somebody looked at it and sends it again")

    def test_accents_and_spaces(self):
        self.gateway.strip_accents = True
        [sms] = self.queue(text="Cảm ơn")
        sms.number = "0900 000 001"
        self.send()
        headers, text = self.stub.asked[0]
        self.assertEqual((headers["X-Kannel-To"], text), (NUMBER.format(1), "Cam on"))

    def test_other_companies_messages(self):
        """Those of a company without a gateway go where they always went."""
        other = self.env["res.company"].create({"name": "Without a gateway"})
        [sms] = self.queue()
        sms.record_company_id = other
        self.assertFalse(sms._of_kannel())
        self.assertFalse(
            self.env["sms.sms"].with_context(sms_kannel_apart=True).search([("id", "in", self.queue().ids)])
        )
        self.assertTrue(self.env["sms.sms"].with_context(sms_kannel_apart=True).search([("id", "=", sms.id)]))

    def test_queries_do_not_grow_with_the_batch(self):
        self.gateway.batch_size = 100
        counts = []
        for size in (5, 50):
            self.queue(size)
            self.env.flush_all()
            self.env.invalidate_all()
            with self.enter_registry_test_mode(), self.env.registry.cursor() as cr:
                before = cr.sql_log_count
                self.env(cr=cr)["sms.sms"]._process_queue()
                counts.append(cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 3)
