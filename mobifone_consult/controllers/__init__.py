from . import person_copy, script_file, sms_status
