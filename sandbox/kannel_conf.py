"""kannel.conf of the sandbox: loopback only, nothing of a message in a log, callbacks repeated until they are taken."""

from string import Template

_CORE = """\
group = core
admin-port = $admin_port
admin-interface = "127.0.0.1"
admin-password = "$admin_password"
status-password = "$status_password"
smsbox-port = $box_port
smsbox-interface = "127.0.0.1"
box-deny-ip = "*.*.*.*"
box-allow-ip = "127.0.0.1"
log-file = "$folder/bearerbox.log"
log-level = 2
store-type = spool
store-location = "$folder/spool"
sms-resend-freq = 2
sms-resend-retry = 20
dlr-storage = internal
"""
# Both are Kannel's own stand-in, which listens on all addresses; messages come in by one and go out by the other,
# as each takes one client.
_FAKE = """
group = smsc
smsc = fake
smsc-id = $link
port = $out_port
connect-allow-ip = "127.0.0.1"

group = smsc
smsc = fake
smsc-id = inbound
port = $in_port
connect-allow-ip = "127.0.0.1"
allowed-smsc-id = nothing
"""
_SMPP = """
group = smsc
smsc = smpp
smsc-id = $link
host = 127.0.0.1
port = $smpp_port
transceiver-mode = true
smsc-username = "$smpp_user"
smsc-password = "$smpp_password"
system-type = ""
interface-version = 34
throughput = 0
max-pending-submits = 50
enquire-link-interval = 30
reconnect-delay = 2
wait-ack = 10
wait-ack-expire = 1
source-addr-autodetect = true
dest-addr-ton = 1
dest-addr-npi = 1
"""
_SMSBOX = """
group = smsbox
bearerbox-host = 127.0.0.1
smsbox-id = odoo
sendsms-interface = "127.0.0.1"
sendsms-port = $sendsms_port
sendsms-chars = "0123456789+"
log-file = "$folder/smsbox.log"
log-level = 2
http-request-retry = 720
http-queue-delay = 2
http-timeout = 20
max-pending-requests = 4
mo-recode = true
reply-couldnotfetch = "He thong ban, vui long thu lai sau."
reply-requestfailed = "He thong ban, vui long thu lai sau."

group = sendsms-user
username = "$username"
password = "$password"
user-deny-ip = "*.*.*.*"
user-allow-ip = "127.0.0.1"
max-messages = 6
concatenation = true
default-sender = MobiFone

group = sms-service
keyword = default
catch-all = true
post-url = "$inbound_url"
send-sender = true
max-messages = 1
omit-empty = true
assume-plain-text = true
accept-x-kannel-headers = true

group = smsbox-route
smsbox-id = odoo
smsc-id = "$link;inbound"
"""


def text(*, smpp: bool, **values: object) -> str:
    """The configuration of both boxes.

    :param smpp: a link to an SMPP server; else Kannel's fake SMSC
    :param values: what the `$names` above stand for
    """
    return Template(_CORE + (_SMPP if smpp else _FAKE) + _SMSBOX).substitute(values)
