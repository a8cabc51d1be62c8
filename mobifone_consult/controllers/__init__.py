from . import agent_list, line_sync, person_copy, script_file, sms_status
