from . import agent_list, line_sync, monitoring, person_copy, screen_pop, script_file, sms_status
