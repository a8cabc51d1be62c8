from datetime import timedelta
from io import BytesIO
from unittest.mock import patch

from odoo import fields

from ..models.mobifone_feed_run import COUNTS
from ..tools import line_cells
from .common import INSTALLED, MISSING, OPEN, ConsultCase

NEW, OTHER = "+84900092001", "+84900092002"


class LineFeedCase(ConsultCase):
    """Feeds lines as the command does, within the test's transaction."""

    def load(self, *rows, header="msisdn", **options):
        """Feed the rows (text or bytes) under a header; the counts of `_load`."""
        lines = [row if isinstance(row, bytes) else row.encode() for row in (header, *rows)]
        return self.env["mobifone.line.feed"]._load(BytesIO(b"\n".join(lines) + b"\n"), **options)

    def assertCounts(self, counts, **expected):
        zero = dict.fromkeys(COUNTS[1:], 0)
        read = sum(count for name, count in expected.items() if name not in ("customers", "ended"))
        self.assertEqual(counts, {"read": read, **zero, **expected})


class TestLineFeed(LineFeedCase):
    def test_new_line_takes_all_columns(self):
        counts = self.load(
            "0900092001,postpaid,one_way,official,feature_phone,,2026-03-01,CK 24 tháng,Số TCT,incomplete,"
            "portrait; id_front ;,KH-T1,Khách hàng T",
            header=",".join(line_cells.COLUMNS),
        )
        self.assertCounts(counts, inserted=1, customers=1)
        line = self.line(NEW)
        values = line.read(["payment_mode", "line_status", "usage_class", "device_class", "app_status"], load="")[0]
        del values["id"]
        self.assertEqual(
            values,
            {
                "payment_mode": "postpaid",
                "line_status": "one_way",
                "usage_class": "official",
                "device_class": "feature_phone",
                "app_status": "installed",
            },
        )
        self.assertEqual(fields.Datetime.to_string(line.app_installed_on), "2026-03-01 00:00:00")
        self.assertEqual((line.commitment_type, line.owner_unit), ("CK 24 tháng", "Số TCT"))
        self.assertTrue(line.is_nice_number)
        self.assertEqual((line.registration_state, line.registration_missing), ("incomplete", "portrait;id_front"))
        self.assertEqual((line.partner_id.ref, line.partner_id.name), ("KH-T1", "Khách hàng T"))
        self.assertFalse(line.device_class_on or line.registration_on)

    def test_a_killed_feed_frees_its_lock_soon(self):
        """Else the next one is told for minutes that it is running."""
        self.load("0900092001")
        self.env.cr.execute(
            """SELECT current_setting(name) FROM pg_settings
                WHERE name = 'client_connection_check_interval' AND version() LIKE '%linux%'"""
        )
        self.assertIn(self.env.cr.fetchall(), ([("5s",)], []))  # none: PostgreSQL 13, or not on Linux

    def test_new_line_of_a_number_alone_has_the_defaults(self):
        self.assertCounts(self.load("0900092001"), inserted=1)
        line = self.line(NEW)
        self.assertEqual((line.line_status, line.usage_class, line.app_status), ("active", "personal", "unknown"))
        self.assertEqual((line.device_class, line.registration_state), ("unknown", "unknown"))
        self.assertFalse(line.payment_mode)

    def test_same_file_again_changes_nothing(self):
        header = "msisdn,device_class,app_status,app_installed_on,customer_ref,customer_name,registration_state"
        rows = [
            "0900092001,smartphone,,2026-02-03 04:05:06,KH-T1,Một,complete",
            "0900092002,,,,,,",
            "0900091001,,,,KH-T1,Một,",
        ]
        self.assertCounts(self.load(*rows, header=header), inserted=2, changed=1, customers=1)
        self.env.cr.execute("SELECT xmin, ctid, * FROM mobifone_subscriber ORDER BY id")
        before = self.env.cr.fetchall()
        self.assertCounts(self.load(*rows, header=header), unchanged=3)
        self.env.cr.execute("SELECT xmin, ctid, * FROM mobifone_subscriber ORDER BY id")
        self.assertEqual(self.env.cr.fetchall(), before)
        self.assertEqual(self.line(NEW).partner_id, self.line(OPEN).partner_id)

    def test_only_columns_of_the_file_are_touched(self):
        self.change(OPEN, commitment_type="CK", owner_unit="Số TCT", registration_missing="portrait")
        self.assertCounts(self.load("0900091001,postpaid", header="msisdn,payment_mode"), changed=1)
        line = self.line(OPEN)
        self.assertEqual(
            (line.payment_mode, line.commitment_type, line.owner_unit, line.registration_missing, line.app_status),
            ("postpaid", "CK", "Số TCT", "portrait", "not_installed"),
        )

    def test_empty_cells_clear_texts_and_keep_selections(self):
        self.change(
            OPEN, commitment_type="CK", owner_unit="Số TCT", registration_missing="portrait", line_status="two_way"
        )
        header = (
            "msisdn,payment_mode,line_status,usage_class,device_class,registration_state,"
            "commitment_type,owner_unit,registration_missing"
        )
        self.assertCounts(self.load("0900091001,,,,,,,,", header=header), changed=1)
        line = self.line(OPEN)
        self.assertFalse(line.commitment_type or line.owner_unit or line.registration_missing)
        self.assertEqual(
            (line.payment_mode, line.line_status, line.usage_class, line.device_class, line.registration_state),
            ("prepaid", "two_way", "personal", "smartphone", "complete"),
        )

    def test_last_row_of_a_number_wins_in_any_notation(self):
        rows = [
            "0900092001,prepaid",
            "+84 900 092 001,nonsense",
            "84900092001,postpaid",
            "01629000001,",
            "0329000001,prepaid",
        ]
        counts = self.load(*rows, header="msisdn,payment_mode")
        self.assertCounts(counts, inserted=2, repeated=2, rejected=1)
        self.assertEqual(self.line(NEW).payment_mode, "postpaid")
        self.assertEqual(self.line("+84329000001").payment_mode, "prepaid")

    # ------------------------------------------------------------
    # APP
    # ------------------------------------------------------------

    def app_after(self, number, *cells, header="msisdn,app_status,app_installed_on"):
        self.load(",".join((number, *cells)), header=header)
        line = self.line(number)
        return line.app_status, fields.Datetime.to_string(line.app_installed_on)

    def test_app_cells(self):
        known = "2026-01-02 03:04:05"
        for case, number, cells, expected in (
            ("new, nothing said", NEW, ("", ""), ("not_installed", False)),
            ("a date installs", NEW, ("", "2026-02-01"), ("installed", "2026-02-01 00:00:00")),
            ("empty cells keep a date", INSTALLED, ("", ""), ("installed", known)),
            ("older date", INSTALLED, ("", "2026-01-01"), ("installed", known)),
            ("older date, status given", INSTALLED, ("installed", "2026-01-02"), ("installed", known)),
            ("removed", INSTALLED, ("not_installed", ""), ("not_installed", known)),
            ("empty cells do not bring it back", INSTALLED, ("", ""), ("not_installed", known)),
            ("newer date", INSTALLED, ("", "2026-01-02 03:04:06"), ("installed", "2026-01-02 03:04:06")),
            ("unknown is said", INSTALLED, ("unknown", ""), ("unknown", "2026-01-02 03:04:06")),
            ("installed without a date", OPEN, ("installed", ""), ("installed", False)),
            ("nothing said, no date known", OPEN, ("", ""), ("not_installed", False)),
        ):
            with self.subTest(case):
                self.assertEqual(self.app_after(number, *cells), expected)

    def test_date_column_alone(self):
        header = "msisdn,app_installed_on"
        self.assertEqual(self.app_after(NEW, "", header=header), ("unknown", False))
        self.assertEqual(self.app_after(OPEN, "", header=header), ("not_installed", False))
        self.assertEqual(self.app_after(OPEN, "2026-02-01", header=header), ("installed", "2026-02-01 00:00:00"))

    def test_install_older_than_an_event_is_skipped(self):
        events = self.env["mobifone.subscriber"].with_user(self.feed).app_events
        self.assertEqual(events([{"number": INSTALLED, "installed_on": False}])["accepted"], 1)
        self.env.invalidate_all()
        for moment in ("2026-01-02 03:04:05", "2026-01-01"):
            self.assertEqual(self.app_after(INSTALLED, "installed", moment), ("not_installed", False), "it is gone")
        later = fields.Datetime.to_string(fields.Datetime.now() + timedelta(minutes=2))
        self.assertEqual(self.app_after(INSTALLED, "", later), ("installed", later))

    def test_install_converts_the_consult_that_led_to_it(self):
        answer = self.consult(self.agent_a1)
        consultation = self.env["mobifone.consultation"].browse(answer["consultation_id"])
        moment = fields.Datetime.to_string(fields.Datetime.now())
        self.load(f"0900091001,{moment}", header="msisdn,app_installed_on")
        self.assertEqual(consultation.state, "converted")
        self.assertEqual(fields.Datetime.to_string(consultation.installed_on), moment)
        self.assertEqual(self.desk(self.agent_a1).lookup(OPEN)["consult"]["code"], "app_installed")

    # ------------------------------------------------------------
    # NOTES
    # ------------------------------------------------------------

    def device(self):
        return self.env["mobifone.subscriber"]._fetch_facts(number=OPEN)["device_class"]

    def test_newer_of_note_and_feed_wins(self):
        note = self.env["mobifone.subscriber.note"]
        line = self.line(OPEN)
        note._put(line.id, "device_class", "feature_phone")
        self.load("0900091001,smartphone", header="msisdn,device_class")
        self.assertEqual(self.device(), "feature_phone", "the feed said nothing new")
        self.env.cr.execute("UPDATE mobifone_subscriber_note SET noted_on = noted_on - interval '1 minute'")
        self.load("0900091001,unknown", header="msisdn,device_class")
        self.assertEqual(self.device(), "unknown", "the feed changed after the note")
        self.env.cr.execute("UPDATE mobifone_subscriber SET device_class_on = device_class_on - interval '1 minute'")
        note._put(line.id, "device_class", "smartphone")
        self.assertEqual(self.device(), "smartphone")

    def test_papers_changed_by_the_feed_outdate_an_approval(self):
        line = self.line(MISSING)
        self.env["mobifone.subscriber.note"]._put(line.id, "registration_state", "complete")
        self.env.cr.execute("UPDATE mobifone_subscriber_note SET noted_on = noted_on - interval '1 minute'")
        for state in ("complete", "incomplete"):
            self.load(f"0900091003,{state}", header="msisdn,registration_state")
            self.assertEqual(self.env["mobifone.subscriber"]._fetch_facts(line_id=line.id)["registration_state"], state)
        self.assertTrue(line.registration_on)
        self.assertFalse(line.device_class_on)

    # ------------------------------------------------------------
    # CUSTOMERS
    # ------------------------------------------------------------

    def test_customers(self):
        old, archived, active = self.env["res.partner"].create(
            [
                {"name": "Cũ", "ref": "KH-T1"},
                {"name": "Lưu trữ", "ref": "KH-T2", "active": False},
                {"name": "Đang dùng", "ref": "KH-T2"},
            ]
        )
        header = "msisdn,customer_ref,customer_name"
        rows = ["0900091001,KH-T1,Tên khác", "0900091002,KH-T2,", "0900092001,KH-T3,", "0900092002,,Không mã"]
        self.assertCounts(self.load(*rows, header=header), changed=2, inserted=2, customers=1)
        self.assertEqual(self.line(OPEN).partner_id, old)
        self.assertEqual(old.name, "Cũ")
        self.assertEqual(self.line(INSTALLED).partner_id, active)
        self.assertFalse(archived.with_context(active_test=False).subscriber_ids)
        self.assertEqual(self.line(NEW).partner_id.name, "0900•••001")
        self.assertFalse(self.line(OTHER).partner_id)
        self.assertCounts(self.load("0900091001,,Không mã", header=header), unchanged=1)
        self.assertEqual(self.line(OPEN).partner_id, old)

    def test_customers_in_batches(self):
        rows = [f"09000921{n:02d},KH-B{n},Khách {n}" for n in range(7)]
        with patch("odoo.addons.mobifone_consult.models.mobifone_line_feed_customers.CUSTOMER_BATCH", 3):
            self.assertCounts(self.load(*rows, header="msisdn,customer_ref,customer_name"), inserted=7, customers=7)
        for n in range(7):
            self.assertEqual(self.line(f"+849000921{n:02d}").partner_id.name, f"Khách {n}")
