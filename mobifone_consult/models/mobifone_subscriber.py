from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools import msisdn as numbers
from ..tools import nice_number
from .res_partner import APP_STATUSES

MAX_EVENTS = 50_000
# Clocks of two systems differ a little: an install stamped this long before the consult still came from it.
CLOCK_SKEW = timedelta(minutes=5)


class MobifoneSubscriber(models.Model):
    """A line (thuê bao), fed in bulk from the network: tens of millions of rows, so few columns, keys and indexes.

    Agents never read it: they go through mobifone.desk.
    """

    _name = "mobifone.subscriber"
    _description = "Line"
    _log_access = False
    _order = "id"
    _rec_name = "msisdn"

    msisdn = fields.Char(string="Number", required=True)
    partner_id = fields.Many2one("res.partner", string="Customer", index="btree_not_null", ondelete="set null")
    payment_mode = fields.Selection([("prepaid", "Prepaid"), ("postpaid", "Postpaid")])
    line_status = fields.Selection(
        [
            ("active", "Active"),
            ("one_way", "Locked one way"),
            ("two_way", "Locked both ways"),
            ("terminated", "Terminated"),
        ],
        required=True,
        default="active",
    )
    usage_class = fields.Selection(
        [("personal", "Personal"), ("official", "Official"), ("operations", "Operations"), ("test", "Test SIM")],
        required=True,
        default="personal",
    )
    device_class = fields.Selection(
        [("smartphone", "Smartphone"), ("feature_phone", "Feature phone"), ("unknown", "Unknown")],
        string="Handset",
        required=True,
        default="unknown",
    )
    # When a feed last changed the fed value: a note of an agent counts only if it is younger.
    device_class_on = fields.Datetime(readonly=True)
    app_status = fields.Selection(APP_STATUSES, string="My MobiFone App", required=True, default="unknown")
    app_installed_on = fields.Datetime()
    # The newest moment an event told something about the app: what is older comes too late.
    app_event_on = fields.Datetime(readonly=True)
    commitment_type = fields.Char()
    owner_unit = fields.Char(string="Number Held By")
    is_nice_number = fields.Boolean(string="Nice Number", compute="_compute_is_nice_number")
    registration_state = fields.Selection(
        [("complete", "Complete"), ("incomplete", "Incomplete"), ("unknown", "Unknown")],
        string="Papers",
        required=True,
        default="unknown",
    )
    registration_on = fields.Datetime(readonly=True)
    registration_missing = fields.Char(string="Papers Missing", help="Codes of registration items, separated by “;”.")

    _msisdn_uniq = models.Constraint("unique(msisdn)", "This number is in the table already.")

    @api.depends("commitment_type", "owner_unit")
    def _compute_is_nice_number(self):
        for line in self:
            line.is_nice_number = self._is_nice(line.commitment_type, line.owner_unit)

    @api.depends("msisdn")
    def _compute_display_name(self):
        # Shown through links to people who may not read lines: never the whole number.
        for line in self:
            line.display_name = numbers.masked(line.msisdn) if line.msisdn else ""

    @api.model
    def _is_nice(self, commitment_type, owner_unit):
        """True when the commitment or the owner of the number makes it a "nice number"; the words are settings."""
        # sudo: settings are readable to administrators only
        text = self.env["ir.config_parameter"].sudo()._mobifone_text
        return nice_number.is_nice(commitment_type, owner_unit, text("nice_commitment"), text("nice_owner"))

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_parsed_number(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._with_parsed_number(vals))

    @api.model
    def _with_parsed_number(self, vals):
        if "msisdn" not in vals:
            return vals
        return {**vals, "msisdn": self._parse_number(vals["msisdn"])}

    @api.model
    def _parse_number(self, text):
        """The number in E.164.

        :raise UserError: saying in the user's language what is wrong with it
        """
        try:
            return numbers.parse(text)
        except numbers.BadNumber as error:
            raise UserError(self._bad_number_message(error.code)) from error

    @api.model
    def _bad_number_message(self, code):
        return {
            "empty": self.env._("Enter a telephone number."),
            "not_text": self.env._("The telephone number must be text."),
            "too_long": self.env._("This is too long for one telephone number."),
            "too_short": self.env._("This is too short for a telephone number."),
            "several": self.env._("Enter one telephone number at a time."),
            "letters": self.env._("A telephone number holds digits only."),
            "invalid": self.env._("This is no telephone number: check the prefix and the count of digits."),
        }[code]

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _fetch_facts(self, number=None, line_id=None):
        """All that the verdicts need about one line, in one query: its fed row, younger notes, the live lock and
        who holds it, the blacklist, the customer's occupation.

        :param number: E.164, or
        :param line_id: id of the line
        :return: dict, or None when there is no such line
        """
        self.env.flush_all()
        where = SQL("line.msisdn = %s", number) if line_id is None else SQL("line.id = %s", line_id)
        self.env.cr.execute(
            SQL(
                """
                SELECT line.id, line.msisdn, line.payment_mode, line.line_status, line.usage_class,
                       line.commitment_type, line.owner_unit, line.app_status,
                       CASE WHEN line.app_status = 'installed' THEN line.app_installed_on END AS app_installed_on,
                       coalesce(device.value, line.device_class) AS device_class,
                       coalesce(papers.value, line.registration_state) AS registration_state,
                       line.registration_missing,
                       lease.until AS locked_until, lease.channel AS locked_channel,
                       lease.consultation_id AS locked_consultation_id,
                       holder.vendor_id AS locked_vendor_id, holder.user_id AS locked_user_id,
                       coalesce(agent.name, person.name) AS locked_name,
                       EXISTS (SELECT FROM phone_blacklist WHERE number = line.msisdn AND active) AS is_blacklisted,
                       occupation.code AS occupation_code, occupation.name AS occupation_name
                  FROM mobifone_subscriber line
             LEFT JOIN mobifone_subscriber_note device
                    ON device.subscriber_id = line.id AND device.topic = 'device_class'
                   AND device.noted_on > coalesce(line.device_class_on, '-infinity')
             LEFT JOIN mobifone_subscriber_note papers
                    ON papers.subscriber_id = line.id AND papers.topic = 'registration_state'
                   AND papers.noted_on > coalesce(line.registration_on, '-infinity')
             LEFT JOIN mobifone_consult_lease lease
                    ON lease.subscriber_id = line.id
                   AND lease.until > clock_timestamp() AT TIME ZONE 'UTC'
             LEFT JOIN mobifone_consultation holder ON holder.id = lease.consultation_id
             LEFT JOIN mobifone_agent agent ON agent.id = holder.agent_id
             LEFT JOIN res_users account ON account.id = holder.user_id
             LEFT JOIN res_partner person ON person.id = account.partner_id
             LEFT JOIN res_partner customer ON customer.id = line.partner_id
             LEFT JOIN mobifone_occupation occupation ON occupation.id = customer.occupation_id
                 WHERE %s
                """,
                where,
            )
        )
        return next(iter(self.env.cr.dictfetchall()), None)

    @api.model
    def app_events(self, events):
        """Tell that the app was installed on lines or removed from them. For feeds and MobiFone's managers.

        Idempotent; an event older than what is known of the line is ignored. An install closes the line to consults
        and converts the newest consultation that led to it; an uninstall (or a new owner) reopens the line.

        :param list events: of {"number": str, "installed_on": "YYYY-MM-DD HH:MM:SS" in UTC, or False when removed}
        :return: {"accepted": int, "ignored": int, "rejected": [{"index": int, "reason": str}]}
        :raise AccessError: for other groups
        :raise UserError: when `events` is no list, or has more than 50,000 entries
        """
        if not self.env.user.has_groups("mobifone_consult.group_integration,mobifone_consult.group_manager"):
            raise AccessError(self.env._("Only feeds and MobiFone's managers report app events."))
        if not isinstance(events, list):
            raise UserError(self.env._("The events must come as a list."))
        if len(events) > MAX_EVENTS:
            raise UserError(self.env._("At most %s events at a time.", MAX_EVENTS))
        # sudo: feeds have no other access to lines than this method
        return self.sudo()._apply_app_events(events)

    def _apply_app_events(self, events):
        rejected, parsed = [], []
        for index, event in enumerate(events):
            try:
                parsed.append((index, *self._parse_app_event(event)))
            except UserError as error:
                rejected.append({"index": index, "reason": str(error)})
        lines = self._lock_lines({number for _index, number, _moment in parsed})
        now = fields.Datetime.now()
        accepted, changed, installs = 0, {}, {}
        for index, number, installed_on in parsed:
            line = lines.get(number)
            if line is None:
                rejected.append({"index": index, "reason": self.env._("There is no such line.")})
            elif self._advance(line, installed_on, now):
                accepted += 1
                changed[line["id"]] = line
                if installed_on:
                    installs[line["id"]] = installed_on
        self._save_app_states(changed.values())
        self.env["mobifone.consultation"]._convert(installs)
        rejected.sort(key=lambda entry: entry["index"])
        return {"accepted": accepted, "ignored": len(events) - accepted - len(rejected), "rejected": rejected}

    @api.model
    def _parse_app_event(self, event):
        """(E.164 number, install moment or False) of one event; UserError says what is wrong with it."""
        if not isinstance(event, dict) or not event.keys() >= {"number", "installed_on"}:
            raise UserError(self.env._("An event needs “number” and “installed_on”."))
        number, moment = self._parse_number(event["number"]), event["installed_on"]
        if moment is False:
            return number, False
        try:
            moment = datetime.strptime(moment, "%Y-%m-%d %H:%M:%S")
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._("“installed_on” must be YYYY-MM-DD HH:MM:SS in UTC, or false when the app is gone.")
            ) from error
        if moment > fields.Datetime.now() + timedelta(days=1):
            raise UserError(self.env._("“installed_on” lies in the future."))
        return number, moment

    def _lock_lines(self, numbers_to_lock):
        # Locked in one order, so that two feeds at once wait for each other instead of dying of a deadlock.
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT id, msisdn, app_status, app_installed_on, app_event_on FROM mobifone_subscriber
                    WHERE msisdn = ANY(%s) ORDER BY id FOR NO KEY UPDATE""",
                list(numbers_to_lock),
            )
        )
        return {row["msisdn"]: row for row in self.env.cr.dictfetchall()}

    @staticmethod
    def _advance(line, installed_on, now):
        """Apply one event to the line's state in memory; False when it tells nothing new."""
        is_installed = line["app_status"] == "installed"
        known = line["app_installed_on"] if is_installed else None
        if installed_on:
            if (known and installed_on <= known) or (line["app_event_on"] and installed_on < line["app_event_on"]):
                return False
            line.update(app_status="installed", app_installed_on=installed_on, app_event_on=installed_on)
            return True
        if line["app_status"] == "not_installed":
            return False
        # A late copy of the install that is now gone must not bring it back.
        gone_on = max(now, known + timedelta(seconds=1)) if known else now
        line.update(app_status="not_installed", app_installed_on=None, app_event_on=gone_on)
        return True

    def _save_app_states(self, rows):
        if not rows:
            return
        rows = list(rows)
        self.env.cr.execute(
            SQL(
                """
                UPDATE mobifone_subscriber line
                   SET app_status = new.status, app_installed_on = new.installed_on, app_event_on = new.event_on
                  FROM unnest(%s::int[], %s::varchar[], %s::timestamp[], %s::timestamp[])
                       AS new (id, status, installed_on, event_on)
                 WHERE line.id = new.id
                """,
                *([row[key] for row in rows] for key in ("id", "app_status", "app_installed_on", "app_event_on")),
            )
        )
        self.invalidate_model(["app_status", "app_installed_on", "app_event_on"])
