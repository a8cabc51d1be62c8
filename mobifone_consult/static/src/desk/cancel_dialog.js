import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus } from "@web/core/utils/hooks";

/** Asks a team leader why a consult is taken back. */
export class CancelDialog extends Component {
    static template = "mobifone_consult.CancelDialog";
    static components = { Dialog };
    static props = { onConfirm: Function, close: Function };

    setup() {
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
            this.state.error = await this.props.onConfirm(reason);
        } finally {
            this.state.busy = false;
        }
        if (!this.state.error) {
            this.props.close();
        }
    }
}
