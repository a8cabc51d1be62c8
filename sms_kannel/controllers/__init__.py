from . import sms_kannel
