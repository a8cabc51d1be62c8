from . import (
    test_lead,
    test_lead_access,
    test_lead_person,
    test_lead_race,
    test_lead_tour,
    test_translation,
)
