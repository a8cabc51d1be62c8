import { Component, markup, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { session } from "@web/session";
import { errorText } from "../desk/desk_format";

/** Only accepting closes it. */
class GateDialog extends Dialog {
    onEscape() {}
}

/** The commitment in force, accepted by whoever logs in for the first time before anything else (domain 1.7). */
export class CommitmentGate extends Component {
    static template = "mobifone_consult.CommitmentGate";
    static components = { GateDialog };
    static props = { commitment: Object, close: Function };

    setup() {
        this.orm = useService("orm");
        this.text = markup(this.props.commitment.text);
        this.state = useState({ hasRead: false, busy: false, error: "" });
    }

    async onAccept() {
        if (this.state.busy || !this.state.hasRead) {
            return;
        }
        this.state.busy = true;
        try {
            await this.orm.call("mobifone.agent", "accept_commitment", [], {
                commitment_id: this.props.commitment.id,
            });
            // What was opened behind the gate asks again, and puts the keyboard where it belongs.
            browser.location.reload();
        } catch (error) {
            this.state.error = errorText(error);
            this.state.busy = false;
        }
    }
}

registry.category("services").add("mobifone_commitment_gate", {
    dependencies: ["dialog", "orm"],
    start(env, { dialog }) {
        if (!session.mobifone_commitment) {
            return;
        }
        // Whatever is opened closes the dialogs before it: the gate stands again behind each of them.
        let isOpen = false;
        env.bus.addEventListener("ACTION_MANAGER:UI-UPDATED", () => {
            if (!isOpen) {
                isOpen = true;
                const onClose = () => {
                    isOpen = false;
                };
                dialog.add(CommitmentGate, { commitment: session.mobifone_commitment }, { onClose });
            }
        });
    },
});
