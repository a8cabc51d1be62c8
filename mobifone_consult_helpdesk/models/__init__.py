from . import (
    helpdesk_ticket,
    helpdesk_ticket_access,
    helpdesk_ticket_close,
    helpdesk_ticket_team,
    ir_model_access,
    mobifone_agent,
    mobifone_desk,
    mobifone_feedback,
    mobifone_person_request,
    mobifone_ticket_route,
    mobifone_wall,
    res_users,
)
