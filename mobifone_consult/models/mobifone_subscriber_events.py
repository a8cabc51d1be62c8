from datetime import datetime

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools import local_time
from ..tools.line_cells import FIRST_YEAR

MAX_EVENTS = 50_000


class MobifoneSubscriber(models.Model):
    """What the network tells of the app, one install or removal at a time."""

    _inherit = "mobifone.subscriber"

    @api.model
    def app_events(self, events):
        """Tell that the app was installed on lines or removed from them. For feeds and MobiFone's managers.

        Idempotent. An install counts when it is later than every install known of the line, also one that is gone by
        now; it closes the line to consults and converts the newest consultation that led to it. An uninstall (or a
        new owner) has no time of its own: it ends the install known when it arrives, and reopens the line.

        :param list events: of {"number": str, "installed_on": "YYYY-MM-DD HH:MM:SS" in UTC, or False when removed}
        :return: {"accepted": int, "ignored": int, "rejected": [{"index": int, "reason": str}]}
        :raise AccessError: for other groups
        :raise UserError: when `events` is no list, or has more than 50,000 entries
        """
        # The user's language, and nothing else of the caller's context.
        lines = self.with_env(self.env(context={"lang": self.env["res.users"].context_get()["lang"]}))
        if not self.env.user.has_groups("mobifone_consult.group_integration,mobifone_consult.group_manager"):
            raise AccessError(lines.env._("Only feeds and MobiFone's managers report app events."))
        if not isinstance(events, list):
            raise UserError(lines.env._("The events must come as a list."))
        if len(events) > MAX_EVENTS:
            raise UserError(lines.env._("At most %s events at a time.", MAX_EVENTS))
        # sudo: feeds have no other access to lines than this method
        return lines.sudo()._apply_app_events(events)

    def _apply_app_events(self, events):
        rejected, parsed = [], []
        for index, event in enumerate(events):
            try:
                parsed.append((index, *self._parse_app_event(event)))
            except UserError as error:
                rejected.append({"index": index, "reason": str(error)})
        lines = self._lock_lines({number for _index, number, _moment in parsed})
        accepted, changed, installs = 0, {}, {}
        for index, number, installed_on in parsed:
            line = lines.get(number)
            if line is None:
                rejected.append({"index": index, "reason": self.env._("There is no such line.")})
            elif self._advance(line, installed_on):
                accepted += 1
                changed[line["id"]] = line
                if installed_on:
                    installs[line["id"]] = installed_on
        self._save_app_states(changed.values())
        self.env["mobifone.consultation"]._convert(installs)
        if installs:
            self.env["mobifone.consultation"]._convert_soon()
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
        if moment > fields.Datetime.now() + local_time.CLOCK_SKEW:
            raise UserError(self.env._("“installed_on” lies in the future."))
        if moment.year < FIRST_YEAR:
            raise UserError(self.env._("“installed_on” lies before the year %s.", FIRST_YEAR))
        return number, moment

    def _lock_lines(self, numbers_to_lock):
        # Locked in one order, so that two feeds at once wait for each other instead of dying of a deadlock.
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """SELECT id, msisdn, app_status, app_installed_on, app_event_on FROM mobifone_subscriber
                    WHERE msisdn = ANY(%s) ORDER BY id FOR NO KEY UPDATE""",
                list(numbers_to_lock),
            ),
            log_exceptions=False,  # a retried request must not write all its numbers into the server's log
        )
        return {row["msisdn"]: row for row in self.env.cr.dictfetchall()}

    @staticmethod
    def _advance(line, installed_on):
        """Apply one event to the line's state in memory; False when it tells nothing new."""
        is_installed = line["app_status"] == "installed"
        known = line["app_installed_on"] if is_installed else None
        if installed_on:
            if any(moment and installed_on <= moment for moment in (known, line["app_event_on"])):
                return False
            line.update(app_status="installed", app_installed_on=installed_on, app_event_on=installed_on)
            return True
        if line["app_status"] == "not_installed":
            return False
        # The install that is now gone stays the newest known one: a late copy of it brings nothing back.
        line.update(app_status="not_installed", app_installed_on=None, app_event_on=known or line["app_event_on"])
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
