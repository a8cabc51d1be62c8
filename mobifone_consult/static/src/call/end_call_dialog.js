import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus } from "@web/core/utils/hooks";
import { OUTCOMES } from "./call_labels";

/** Ends a call before its script does: Enter confirms, Escape goes on with the call. */
export class EndCallDialog extends Component {
    static template = "mobifone_consult.EndCallDialog";
    static components = { Dialog };
    static props = {
        onConfirm: Function, // (outcome, "" for abandoned) → why the call goes on, "" when it ended
        close: Function,
    };

    setup() {
        this.state = useState({ outcome: "", busy: false, error: "" });
        // The server knows by itself what ends as excluded or abandoned.
        this.outcomes = Object.entries(OUTCOMES).filter(([key]) => !["excluded", "abandoned"].includes(key));
        this.abandoned = OUTCOMES.abandoned;
        useAutofocus({ refName: "confirm" });
    }

    /** A held key is no confirmation. */
    onKeydown(ev) {
        if (ev.key === "Enter" && ev.repeat) {
            ev.preventDefault();
        }
    }

    async onConfirm() {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            this.state.error = await this.props.onConfirm(this.state.outcome);
        } finally {
            this.state.busy = false;
        }
        if (!this.state.error) {
            this.props.close();
        }
    }
}
