from . import mobifone_call_report, mobifone_vendor_score
