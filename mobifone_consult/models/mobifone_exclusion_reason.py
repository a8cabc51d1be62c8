from odoo import api, fields, models, tools
from odoo.exceptions import UserError


class MobifoneExclusionReason(models.Model):
    """Why a caller is not consulted (domain 1.1, E1 to E9), and what that stops."""

    _name = "mobifone.exclusion.reason"
    _description = "Exclusion Reason"
    _order = "sequence, id"

    code = fields.Char(required=True, copy=False)
    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    known_by = fields.Selection(
        [("agent", "The agent hears it"), ("data", "The data tells"), ("hotline", "The number dialled")],
        string="How It Is Known",
        required=True,
        default="agent",
    )
    instruction = fields.Char(string="What the Agent Does")
    stops = fields.Selection(
        [("consult", "The app consult"), ("occupation", "The app consult and the occupation"), ("all", "Everything")],
        required=True,
        default="consult",
    )

    _code_uniq = models.Constraint("unique(code)", "Another reason has this code.")
    # “lifted” is what the log says of an exclusion taken back.
    _code_form = models.Constraint(
        "CHECK (code ~ '^[a-z][a-z0-9_]{0,59}$' AND code != 'lifted')",
        "A code is of small letters, digits and “_”, begins with a letter, and is not “lifted”.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        reasons = super().create(vals_list)
        self.env.registry.clear_cache()
        return reasons

    def write(self, vals):
        if "code" in vals and any(reason.code != vals["code"] for reason in self):
            raise UserError(self.env._("The code of a reason never changes: scripts and logs know it by that."))
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache("code")
    def _known(self, code):
        """(id, name, instruction, stops) of the reason of that code, also an archived one; empty when there is none."""
        # sudo: agents read exclusion reasons through the desk only
        found_sudo = self.sudo().with_context(active_test=False).search([("code", "=", code)])
        return (found_sudo.id, found_sudo.name, found_sudo.instruction, found_sudo.stops) if found_sudo else ()
