from odoo import api, fields, models
from odoo.exceptions import UserError

# Those of helpdesk.ticket.
PRIORITIES = [("0", "Low"), ("1", "Medium"), ("2", "High"), ("3", "Very High")]


class MobifoneTicketRoute(models.Model):
    """Where a ticket of the desk goes: which team, category and priority, and how soon it is to be answered."""

    _name = "mobifone.ticket.route"
    _description = "Ticket Routing"
    _order = "sequence, id"

    code = fields.Char(required=True, copy=False, help="By which the desk and other programs name it; never changes.")
    name = fields.Char(string="Matter", required=True, help="As the agent chooses it, and the ticket's title.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    opened_by = fields.Selection(
        [("agent", "The agent, at the desk"), ("feedback", "Feedback on papers, by itself")],
        required=True,
        default="agent",
    )
    exclusion_id = fields.Many2one(
        "mobifone.exclusion.reason",
        string="Reason Not to Consult",
        ondelete="restrict",
        help="The agent who recorded this reason finds this matter chosen already.",
    )
    team_id = fields.Many2one("helpdesk.ticket.team", required=True, ondelete="restrict")
    category_id = fields.Many2one("helpdesk.ticket.category", ondelete="restrict")
    priority = fields.Selection(PRIORITIES, required=True, default="1")
    hours = fields.Float(string="To Be Answered Within (Hours)", help="0: no time limit.")

    _code_uniq = models.Constraint("unique(code)", "Another routing has this code.")
    _code_form = models.Constraint(
        "CHECK (code ~ '^[a-z][a-z0-9_]{0,59}$')",
        "A code is of small letters, digits and “_”, and begins with a letter.",
    )
    _exclusion_uniq = models.UniqueIndex(
        "(exclusion_id) WHERE active", "Another routing is for this reason not to consult."
    )
    _feedback_uniq = models.UniqueIndex(
        "(opened_by) WHERE active AND opened_by = 'feedback'", "Another routing is for feedback on papers."
    )
    _hours_range = models.Constraint("CHECK (hours >= 0 AND hours <= 8760)", "The time limit is from 0 to 8760 hours.")

    @api.constrains("active", "team_id")
    def _check_team(self):
        # Members of an archived team do not see its tickets.
        for route in self:
            if route.active and not route.team_id.active:
                raise UserError(
                    self.env._(
                        "Tickets of “%(matter)s” go to %(team)s: an archived team would not see them.",
                        matter=route.name,
                        team=route.team_id.name,
                    )
                )

    def write(self, vals):
        if "code" in vals and any(route.code != vals["code"] for route in self):
            raise UserError(self.env._("The code of a routing never changes: other programs know it by that."))
        return super().write(vals)

    @api.model
    def _for_feedback(self):
        """The routing of feedback on papers, none when it was archived."""
        return self.search([("opened_by", "=", "feedback")], limit=1)
