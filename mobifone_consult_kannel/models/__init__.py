from . import (
    mobifone_agent,
    mobifone_metrics,
    res_company,
    res_config_settings,
    sms_kannel_gateway,
    sms_kannel_inbound,
    sms_sms,
    sms_tracker,
)
