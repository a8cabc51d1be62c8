import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { user } from "@web/core/user";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { DESK_MODEL, errorText } from "./desk_format";

export async function mayCancelConsults() {
    const groups = ["mobifone_consult.group_team_leader", "mobifone_consult.group_manager"];
    const memberships = await Promise.all(groups.map((group) => user.hasGroup(group)));
    return memberships.includes(true);
}

/** Asks a team leader why a consult is taken back. */
export class CancelDialog extends Component {
    static template = "mobifone_consult.CancelDialog";
    static components = { Dialog };
    static props = { lookupId: Number, onCancelled: Function, close: Function };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.state = useState({ reason: "", busy: false, error: "" });
        useAutofocus({ refName: "reason" });
    }

    async onSubmit() {
        const reason = this.state.reason.trim();
        if (this.state.busy || !reason) {
            return;
        }
        this.state.busy = true;
        try {
            this.state.error = await this.cancel(reason);
        } finally {
            this.state.busy = false;
        }
        if (!this.state.error) {
            this.notification.add(_t("The consult is cancelled."), { type: "success" });
            this.props.onCancelled();
            this.props.close();
        }
    }

    /** @returns {Promise<string>} why the consult still stands; "" when it is taken back */
    async cancel(reason) {
        try {
            const { ok } = await this.orm.call(DESK_MODEL, "cancel", [], { lookup_id: this.props.lookupId, reason });
            return ok ? "" : _t("It could not be cancelled: its SMS is on the way, or it is not yours to cancel.");
        } catch (error) {
            return errorText(error);
        }
    }
}
