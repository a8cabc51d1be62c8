from odoo.addons.mobifone_consult.models.ir_config_parameter import NUMBERS, RETENTIONS

# Key → (default, lowest, highest), as in mobifone_consult, whose model checks and reads them.
NUMBERS |= {
    # Days after which a password is changed before anything else; 0: never.
    "mobifone_consult.guard_password_days": (90, 0, 3650),
    "mobifone_consult.guard_session_hours": (12, 0.01, 24 * 31),
    "mobifone_consult.guard_idle_minutes": (60, 2, 24 * 60),
    "mobifone_consult.guard_login_tries": (5, 1, 1000),
    "mobifone_consult.guard_lock_minutes": (5, 0.1, 24 * 60),
    # Wrong logins in a row from one address, before Odoo's brake on addresses sets in.
    "mobifone_consult.guard_address_tries": (50, 1, 1_000_000),
    # Months that the guard's events are kept, 0: for ever.
    "mobifone_consult.guard_event_months": (0, 0, 1200),
}
RETENTIONS.add("mobifone_consult.guard_event_months")
