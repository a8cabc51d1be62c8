from odoo import api, models
from odoo.exceptions import ValidationError

# Key → (default, lowest, highest). A value out of range, or no number, is refused when saved and read as the default.
NUMBERS = {
    "mobifone_consult.lock_hours": (24, 0, 24 * 366),
    "mobifone_consult.lookup_minutes": (30, 0, 24 * 60),
    "mobifone_consult.conversion_days": (7, 0, 366),
    "mobifone_consult.occupation_from": (7, 0, 24),
    "mobifone_consult.occupation_to": (22, 0, 24),
    # SMS hours: equal means any hour. 0 SMS a day: no limit.
    # A call that nobody goes on with is closed after so many hours.
    "mobifone_consult.call_hours": (4, 0.01, 24 * 7),
    "mobifone_consult.sms_from": (0, 0, 24),
    "mobifone_consult.sms_to": (0, 0, 24),
    "mobifone_consult.sms_per_day": (0, 0, 1000),
}


class IrConfigParameter(models.Model):
    _inherit = "ir.config_parameter"

    @api.constrains("key", "value")
    def _check_mobifone_number(self):
        for parameter in self:
            if parameter.key in NUMBERS and _in_range(parameter.key, parameter.value) is None:
                _default, lowest, highest = NUMBERS[parameter.key]
                raise ValidationError(
                    self.env._(
                        "%(key)s must be a number from %(lowest)s to %(highest)s, not “%(value)s”.",
                        key=parameter.key,
                        lowest=lowest,
                        highest=highest,
                        value=parameter.value[:50],
                    )
                )

    @api.model
    def _mobifone_number(self, name):
        """The numeric setting `mobifone_consult.<name>` as a float, its default when absent or nonsense."""
        key = f"mobifone_consult.{name}"
        number = _in_range(key, self._get_param(key))
        return float(NUMBERS[key][0]) if number is None else number

    @api.model
    def _mobifone_text(self, name):
        """The text setting `mobifone_consult.<name>`, "" when absent."""
        return self._get_param(f"mobifone_consult.{name}") or ""


def _in_range(key, value):
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    _default, lowest, highest = NUMBERS[key]
    return number if lowest <= number <= highest else None
