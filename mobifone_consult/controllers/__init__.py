from . import agent_list, monitoring, person_copy, script_file, sms_status
