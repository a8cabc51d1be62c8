from . import (
    mobifone_agent_change,
    mobifone_consultation_cancel,
    mobifone_leaver_report,
    mobifone_person_search,
    mobifone_registration_reject,
    mobifone_script_import,
    mobifone_script_schedule,
    mobifone_script_wizard,
)
