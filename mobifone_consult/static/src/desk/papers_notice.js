import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { useAutofocus } from "@web/core/utils/hooks";
import { requestIcon } from "../papers/request_line";

/** Only its button closes it: no Escape (and its header brings no cross). */
class NoticeDialog extends Dialog {
    onEscape() {}
}

/** The pop-up of domain 1.3: papers are missing, and nothing else is shown before the agent's OK. */
export class PapersNotice extends Component {
    static template = "mobifone_consult.PapersNotice";
    static components = { NoticeDialog };
    static props = {
        msisdnMasked: String,
        registration: Object,
        owner: Object, // state of the owner: lost
        onOk: Function,
        close: Function,
    };

    setup() {
        this.requestIcon = requestIcon;
        this.owner = useState(this.props.owner);
        this.state = useState({ busy: false, error: "" });
        useAutofocus({ refName: "ok" });
    }

    /** A held Enter is the one that looked the number up, not an OK to what has not been read. */
    onKeydown(ev) {
        if (ev.repeat) {
            ev.preventDefault();
        }
    }

    async onOk() {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        try {
            this.state.error = await this.props.onOk();
        } finally {
            this.state.busy = false;
        }
        if (!this.state.error) {
            this.props.close();
        }
    }
}
