from . import script_file, sms_status
