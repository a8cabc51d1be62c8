"""Ways to log in without a password, that Odoo's add-ons bring."""

# Model → field that names the user. An add-on may be missing.
KEYS = {"res.users.apikeys": "user_id", "auth_totp.device": "user_id", "auth.passkey.key": "create_uid"}
