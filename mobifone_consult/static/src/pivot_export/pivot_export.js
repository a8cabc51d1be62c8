import { onWillStart } from "@odoo/owl";
import { user } from "@web/core/user";
import { patch } from "@web/core/utils/patch";
import { PivotRenderer } from "@web/views/pivot/pivot_renderer";

/** A pivot is taken away by those who may export lists, as the server has it (controllers/pivot_export.py). */
patch(PivotRenderer.prototype, {
    setup() {
        super.setup();
        onWillStart(async () => {
            this.mayExport = await user.hasGroup("base.group_allow_export");
        });
    },
});
