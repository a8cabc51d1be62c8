from . import mobifone_call_report
