from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..models.mobifone_lookup import HOTLINES


class MobifoneScriptWizard(models.TransientModel):
    """The screen that leads an agent through a call. It holds where he is, so that a reload goes on from there; all it
    does goes through mobifone.desk."""

    _name = "mobifone.script.wizard"
    _description = "Guided Call"

    number = fields.Char(size=100, help="To be looked up when the screen opens.")
    hotline = fields.Selection(HOTLINES)
    # Bare ids: their records are not the agent's to read.
    lookup_ref = fields.Integer(string="Look-up")
    call_ref = fields.Integer(string="Call")

    @api.model
    def open_screen(self, lookup_id=None, call_id=None):
        """The action that opens the screen: empty, or on a look-up or an open call of the user's own.

        :raise UserError: when an id is none
        """
        desk = self.env["mobifone.desk"]._enter()
        values = {}
        if lookup_id is not None:
            values["lookup_ref"] = desk.env["mobifone.lookup"]._open(lookup_id)["id"]
        if call_id is not None:
            values["call_ref"] = desk.env["mobifone.call"]._own(call_id).id
        return self._open_with(values)

    @api.model
    def _open_with(self, values):
        wizard = self.create(values)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Guided Call"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "current",
        }

    def begin(self, number=None, hotline=None):
        """Look the number up, unless that was done, and start or resume its call: one request.

        :param str number: in any form people type; default the number the screen was opened with
        :param str hotline: the number that was dialled
        :return: {line, call_id, step, trail, outcome}, with `line` as mobifone.desk.lookup answers, and `outcome` False
            while the call is open; only {line} when the notice of missing papers has to be answered first, or there is
            no number yet
        """
        self._check_own()
        desk = self.env["mobifone.desk"]
        if self.call_ref:
            return self._started(desk.resume_call(self.call_ref))
        if number or not self.lookup_ref:
            number, hotline = number or self.number, hotline or self.hotline
            if not number:
                return {"line": False}
            answer = desk.lookup(number, hotline)
            # The number has done its work: it is not kept in clear.
            self.write({"number": False, "hotline": hotline or False, "lookup_ref": answer["lookup_id"]})
            if answer["registration"]["must_acknowledge"]:
                return {"line": answer}
        return self._started(desk.start_call(self.lookup_ref))

    def acknowledge(self):
        """The OK on the notice that papers are missing, and the call started: one request.

        :return: as `begin`
        """
        self._check_own()
        self.env["mobifone.desk"].acknowledge(self.lookup_ref)
        return self._started(self.env["mobifone.desk"].start_call(self.lookup_ref))

    def _check_own(self):
        self.ensure_one()
        self.check_access("write")
        if self.create_uid != self.env.user:
            raise AccessError(self.env._("This is somebody else's screen."))

    def _started(self, answer):
        if not answer["call_id"]:
            # The screen was opened on a look-up whose notice was not answered yet.
            return {"line": self.env["mobifone.desk"].notice(self.lookup_ref)}
        self.call_ref = answer["call_id"]
        outcome = self.env["mobifone.call"]._own(answer["call_id"]).outcome
        return {**answer, "line": self.env["mobifone.desk"].call_line(answer["call_id"]), "outcome": outcome}
