from . import agent_list, line_sync, monitoring, person_copy, script_file, sms_status
