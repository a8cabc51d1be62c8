"""Loaded server-wide (never installed) while Odoo's test_lint runs: shows its tests this repository's add-ons only.

Those tests walk over all add-ons Odoo can find; it finds 600 more beside ours, and those are not ours to mend.
Outside of a test nothing changes.
"""

import os

from odoo.modules import Manifest, module

from odoo.addons.test_lint.tests.test_override_signatures import MODEL_METHODS_TO_IGNORE

# helpdesk_mgmt calls a parameter of these otherwise than core does.
MODEL_METHODS_TO_IGNORE |= {("helpdesk.ticket", "message_new"), ("helpdesk.ticket", "message_update")}

_every_manifest = Manifest.all_addon_manifests


def _manifests_under_test():
    if not module.current_test:
        return _every_manifest()
    return [manifest for manifest in _every_manifest() if manifest.addons_path == os.environ["SANDBOX_ROOT"]]


Manifest.all_addon_manifests = staticmethod(_manifests_under_test)
