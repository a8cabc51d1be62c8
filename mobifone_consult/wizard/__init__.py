from . import mobifone_consultation_cancel
