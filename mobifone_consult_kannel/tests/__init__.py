from . import test_consult_sms, test_inbound, test_metrics, test_translation
