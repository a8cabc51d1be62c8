from . import (
    test_feedback_ticket,
    test_portal,
    test_ticket,
    test_ticket_access,
    test_ticket_closing,
    test_ticket_guard,
    test_ticket_race,
    test_ticket_route,
    test_ticket_text,
    test_ticket_tour,
    test_ticket_walls,
    test_translation,
)
