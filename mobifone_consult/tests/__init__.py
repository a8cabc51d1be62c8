from . import (
    test_access,
    test_app_events,
    test_consult,
    test_desk_tour,
    test_line_feed,
    test_line_feed_file,
    test_lookup,
    test_lookup_log,
    test_msisdn,
    test_partner,
    test_race,
    test_settings,
)
