import { Desk } from "@mobifone_consult/desk/desk";
import { onMounted } from "@odoo/owl";
import { patch } from "@web/core/utils/patch";

/** Opened from a ticket, the desk looks its line up at once. */
patch(Desk.prototype, {
    setup() {
        super.setup();
        const { ticket_id } = this.props.action.params || {};
        if (ticket_id) {
            onMounted(() => this.lookupBy("lookup_ticket", { ticket_id }));
        }
    },
});
