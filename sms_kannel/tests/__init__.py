from . import test_callbacks, test_client, test_gateway, test_queue, test_text, test_translation, test_two_phases
