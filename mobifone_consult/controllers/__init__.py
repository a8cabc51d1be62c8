from . import agent_list, person_copy, script_file, sms_status
