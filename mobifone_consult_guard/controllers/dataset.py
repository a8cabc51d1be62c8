from odoo.http import request, route

from odoo.addons.web.controllers.dataset import DataSet


class GuardDataSet(DataSet):
    @route()
    def call_kw(self, model, method, args, kwargs, path=None):
        """As core; a vendor's user calls what is named in `ir.model.access._mobifone_callable` only."""
        request.env["ir.model.access"]._mobifone_check_call(model, method)
        return super().call_kw(model, method, args, kwargs, path)

    @route()
    def call_button(self, model, method, args, kwargs, path=None):
        """As core; a vendor's user calls what is named in `ir.model.access._mobifone_callable` only."""
        request.env["ir.model.access"]._mobifone_check_call(model, method)
        return super().call_button(model, method, args, kwargs, path)
