from . import agent_list, line_sync, monitoring, person_copy, pivot_export, screen_pop, script_file, sms_status, wall
