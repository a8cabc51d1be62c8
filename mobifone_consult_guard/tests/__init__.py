from . import (
    test_attempts,
    test_closed,
    test_door,
    test_event,
    test_history,
    test_metrics,
    test_routes,
    test_session,
    test_settings,
    test_tour,
    test_translation,
    test_websocket,
)
