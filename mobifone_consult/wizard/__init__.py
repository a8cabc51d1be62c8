from . import (
    mobifone_consultation_cancel,
    mobifone_person_search,
    mobifone_registration_reject,
    mobifone_script_import,
    mobifone_script_schedule,
    mobifone_script_wizard,
)
