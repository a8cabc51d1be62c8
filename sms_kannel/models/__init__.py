from . import (
    mail_notification,
    res_company,
    res_config_settings,
    sms_kannel_gateway,
    sms_kannel_gateway_callback,
    sms_kannel_inbound,
    sms_kannel_report,
    sms_kannel_sender,
    sms_sms,
)
