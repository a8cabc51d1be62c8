from . import (
    crm_lead,
    crm_team,
    digest_digest,
    mobifone_desk,
    mobifone_lead_claim,
    mobifone_lookup,
    mobifone_person_request,
    mobifone_promotion,
)
