from . import agent_list, line_sync, monitoring, person_copy, pivot_export, script_file, sms_status, wall
