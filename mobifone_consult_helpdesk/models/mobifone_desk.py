from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.mobifone_consult.models.mobifone_desk import UNREADABLE
from odoo.addons.mobifone_consult.models.mobifone_lookup import MAX_ID

MAX_TICKET = 2000
# The newest tickets of a line that an agent is told of.
SHOWN = 5


class MobifoneDesk(models.AbstractModel):
    """The desk's tickets: made in a call, and the way back from a ticket to its line."""

    _inherit = "mobifone.desk"

    @api.model
    def ticket_form(self, lookup_id, call_id=None):
        """What a ticket for the looked-up line may be about, and the tickets it has.

        :return: {ok, verdict, matters: [{key, label, team}], matter: key of the one that fits what was recorded or
            False, tickets: [{number, matter, stage, is_closed, opened_on}]}
        """
        desk = self._enter()
        lookup = desk.env["mobifone.lookup"]._open(lookup_id, call_id)
        facts = desk._facts_of(lookup)
        verdict = desk._ticket_verdict(lookup, facts)
        routes = desk._ticket_routes()
        fitting = routes.filtered(lambda route: lookup["exclusion"] and route.exclusion_id.code == lookup["exclusion"])
        is_ok = verdict["code"] == "ok"
        return {
            "ok": is_ok,
            "verdict": verdict,
            "matters": [{"key": route.code, "label": route.name, "team": route.team_id.name} for route in routes],
            "matter": fitting[:1].code or False,
            "tickets": desk._tickets_of(facts) if is_ok else [],
        }

    @api.model
    def open_ticket(self, lookup_id, matter, text, call_id=None, number=None):
        """Open a ticket for the looked-up line, or add to one that it has. One per look-up and matter: said again it is
        added to.

        :param str matter: key of one that `ticket_form` told; of no use with `number`
        :param str text: in the agent's words; numbers in it are masked before it is kept
        :param int call_id: the call it was told in
        :param str number: of an open ticket that `ticket_form` told, to be added to instead
        :return: {ok, verdict, ticket_id, number, team, replayed}; `ticket_id` is False where the user may not read it
        :raise UserError: when there is no such matter or ticket, or nothing to keep
        """
        desk = self._enter()
        lookup = desk.env["mobifone.lookup"]._open(lookup_id, call_id)
        facts = desk._facts_of(lookup)
        verdict = desk._ticket_verdict(lookup, facts)
        if verdict["code"] != "ok":
            desk.env["mobifone.lookup"]._log("refusal", parent=lookup, result="ticket", verdicts=verdict["code"])
            return {
                "ok": False, "verdict": verdict, "ticket_id": False, "number": False, "team": False, "replayed": False,
            }  # fmt: skip
        if not isinstance(text, str) or not text.strip() or len(text) > MAX_TICKET or UNREADABLE.search(text):
            raise UserError(desk.env._("Write what it is about, in at most %s characters.", MAX_TICKET))
        text = text.strip()
        if number is not None:
            ticket_sudo = desk._open_ticket(facts, number)
            ticket_sudo._mobifone_add(text)
            desk.env["mobifone.lookup"]._log("ticket", parent=lookup, result="ok", purpose=ticket_sudo.number)
            return desk._ticket_opened(ticket_sudo)
        route = desk._ticket_routes().filtered(lambda known: known.code == matter)
        if not route:
            raise UserError(desk.env._("There is no such matter: choose one of those shown."))
        # What comes in the same look-up waits here, and then sees in a fresh snapshot what the first one made.
        desk.env.cr.execute(SQL("SELECT FROM mobifone_lookup WHERE id = %s FOR NO KEY UPDATE", lookup["id"]))
        replay = desk._ticket_again(lookup, route, text)
        replay = replay or desk._read_apart(lambda fresh: fresh._ticket_again(lookup, route, text))
        if replay:
            return replay
        agent_id, vendor_id = desk.env["res.users"]._mobifone_account()
        values = {
            "mobifone_subscriber_id": facts["id"],
            "mobifone_number_masked": lookup["number_masked"],
            "mobifone_lookup_id": lookup["id"],
            "mobifone_call_id": lookup["call_id"],
            "mobifone_hotline": lookup["hotline"],
            "mobifone_user_id": desk.env.uid,
            "mobifone_agent_id": agent_id,
            "mobifone_vendor_id": vendor_id,
        }
        # sudo: agents read neither lines nor customers; the customer is for those who work on the ticket
        customer_sudo = desk.env["mobifone.subscriber"].sudo().browse(facts["id"]).partner_id
        ticket_sudo = desk.env["helpdesk.ticket"]._mobifone_open(route, text, values, customer_sudo)
        desk.env["mobifone.lookup"]._log("ticket", parent=lookup, result="ok")
        return desk._ticket_opened(ticket_sudo)

    @api.model
    def lookup_ticket(self, ticket_id):
        """Look up the line of a ticket that the user may read: logged with the ticket's number as its purpose.

        :return: as `lookup`
        :raise UserError: when `ticket_id` is no id, or the ticket names no line
        """
        desk = self._enter()
        ticket = desk._ticket(ticket_id)
        # sudo: the number is the ticket's; what is learned by it is logged
        msisdn = ticket.sudo().mobifone_subscriber_id.msisdn
        if not msisdn:
            raise UserError(desk.env._("This ticket names no line."))
        return desk.lookup(msisdn, ticket.mobifone_hotline or None, ticket.number)

    @api.model
    def ticket_line(self, ticket_id):
        """The card of a ticket's line, as long as the user's own last look-up of it is fresh.

        :return: {line}: as `lookup` answers, with the verdicts of now; False when the line must be looked up (again)
        :raise UserError: when `ticket_id` is no id
        """
        desk = self._enter()
        ticket = desk._ticket(ticket_id)
        lookups = desk.env["mobifone.lookup"]
        # sudo: as in lookup_ticket; of the log only the user's own look-ups
        msisdn = ticket.sudo().mobifone_subscriber_id.msisdn
        mine = [("number_hash", "=", lookups._number_hash(msisdn or "")), ("user_id", "=", desk.env.uid)]
        last = lookups.sudo().search([*mine, ("kind", "=", "lookup")], limit=1)  # sudo: as above
        lookup = lookups._row(last.id) if msisdn and last else None
        facts = desk._facts_of(lookup) if lookup and lookup["is_fresh"] else None
        if not facts or desk._must_acknowledge(lookup, facts):
            return {"line": False}
        return {"line": desk._line_of(lookup, facts)}

    @api.model
    def exclude(self, lookup_id, reason_code):
        """As the product does.

        :return: also `ticket_matter`: key of the matter that a ticket about this reason has, False where there is none
        """
        result = super().exclude(lookup_id, reason_code)
        fitting = self._ticket_routes().filtered(lambda route: route.exclusion_id.code == reason_code)
        return {**result, "ticket_matter": (result["ok"] and fitting[:1].code) or False}

    @api.model
    def file_feedback(self, lookup_id, text, call_id=None):
        """As the product does.

        :return: also `ticket`: the number of the ticket that customer care works on, False where there is none
        """
        result = super().file_feedback(lookup_id, text, call_id)
        if "ticket" in result:
            return result  # answered from a fresh snapshot, by this very method
        # sudo: feedback is none of the agents' to read; this is what he filed
        ticket_sudo = self.env["mobifone.feedback"].sudo().browse(result["feedback_id"] or ()).ticket_ids[:1]
        if result["ok"] and ticket_sudo:
            result["verdict"]["reason"] += " " + self._ticket_place(ticket_sudo)
        return {**result, "ticket": ticket_sudo.number or False}

    # ------------------------------------------------------------
    # HELPERS
    # ------------------------------------------------------------

    @api.model
    def _ticket(self, ticket_id):
        if isinstance(ticket_id, bool) or not isinstance(ticket_id, int) or not 0 < ticket_id <= MAX_ID:
            raise UserError(self.env._("“ticket_id” must be the number of a ticket."))
        ticket = self.env["helpdesk.ticket"].browse(ticket_id)
        if not ticket.has_access("read"):
            self.env["mobifone.lookup"]._log_apart("refusal", result="ticket", purpose=f"ticket {ticket_id}")
        ticket.check_access("read")
        return ticket

    @api.model
    def _ticket_verdict(self, lookup, facts):
        may = self.env["mobifone.verdict"]._verdict("ok", self.env._("A ticket may be opened."))
        return self._obstacle(lookup, facts) or may

    @api.model
    def _ticket_routes(self):
        # sudo: teams are not the agents' to read; their names are told
        return self.env["mobifone.ticket.route"].sudo().search([("opened_by", "=", "agent")])

    @api.model
    def _ticket_again(self, lookup, route, text):
        """Add to the ticket of that matter which the look-up has already; what `open_ticket` answers, or None."""
        # sudo: made by the user himself in this look-up
        tickets_sudo = self.env["helpdesk.ticket"].sudo().with_context(active_test=False)
        domain = [("mobifone_lookup_id", "=", lookup["id"]), ("mobifone_route_id", "=", route.id)]
        ticket_sudo = tickets_sudo.search([*domain, ("mobifone_feedback_id", "=", False)], limit=1)
        if not ticket_sudo:
            return None
        if ticket_sudo.closed or not ticket_sudo.active:
            reason = self.env._("The ticket of this look-up is closed already: look the line up again for another.")
            verdict = self.env["mobifone.verdict"]._verdict("passed_on", reason)
            return {**self._ticket_opened(ticket_sudo, replayed=True), "ok": False, "verdict": verdict}
        ticket_sudo._mobifone_add(text)
        return self._ticket_opened(ticket_sudo, replayed=True)

    @api.model
    def _ticket_opened(self, ticket_sudo, *, replayed=False):
        return {
            "ok": True,
            "verdict": self.env["mobifone.verdict"]._verdict("ok", self._ticket_place(ticket_sudo)),
            "ticket_id": ticket_sudo.with_env(self.env)._filtered_access("read").id,
            "number": ticket_sudo.number,
            "team": ticket_sudo.team_id.name,
            "replayed": replayed,
        }

    @api.model
    def _ticket_place(self, ticket_sudo):
        team = ticket_sudo.team_id.name
        return self.env._("Ticket %(number)s is with %(team)s.", number=ticket_sudo.number, team=team)

    @api.model
    def _open_ticket(self, facts, number):
        """The open ticket of the line with that number; a sudo record."""
        # sudo: the customer may add to his ticket, whoever took it; what it says is not told
        tickets_sudo = self.env["helpdesk.ticket"].sudo()
        domain = [("mobifone_subscriber_id", "=", facts["id"]), ("closed", "=", False)]
        found_sudo = tickets_sudo.search(domain).filtered(lambda ticket: ticket.number == number)
        if not found_sudo:
            raise UserError(self.env._("The line has no such open ticket: choose one of those shown."))
        return found_sudo

    @api.model
    def _tickets_of(self, facts):
        """The newest tickets of the line, also other units': not whose, nor what they say."""
        # sudo: the customer asks about his tickets, whoever took them
        tickets_sudo = self.env["helpdesk.ticket"].sudo()
        found = tickets_sudo.search([("mobifone_subscriber_id", "=", facts["id"])], limit=SHOWN, order="id desc")
        return [
            {
                "number": ticket_sudo.number,
                "matter": ticket_sudo.mobifone_route_id.name,
                "stage": ticket_sudo.stage_id.name,
                "is_closed": ticket_sudo.closed,
                "opened_on": fields.Datetime.to_string(ticket_sudo.create_date),
            }
            for ticket_sudo in found
        ]
