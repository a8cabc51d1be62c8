import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { DESK_MODEL, errorText } from "../desk/desk_format";
import { lineTools } from "../line_tools/line_tools";

/** Records what a customer complains of about his papers (domain 1.3). The dialog's own Ctrl+Enter saves. */
export class FeedbackDialog extends Component {
    static template = "mobifone_consult.FeedbackDialog";
    static components = { Dialog };
    static props = {
        request: Object, // {lookup_id, call_id}
        number: String,
        close: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.state = useState({ text: "", busy: false, error: "" });
        this.text = useAutofocus({ refName: "text" });
        this.title = _t("Record feedback: %s", this.props.number);
    }

    async onSave() {
        if (this.state.busy) {
            return;
        }
        const text = this.state.text.trim();
        if (!text) {
            this.state.error = _t("Write what the customer says first.");
            this.text.el.focus();
            return;
        }
        Object.assign(this.state, { busy: true, error: "" });
        try {
            this.take(await this.orm.call(DESK_MODEL, "file_feedback", [], { ...this.props.request, text }));
        } catch (error) {
            this.state.error = errorText(error);
        } finally {
            this.state.busy = false;
        }
    }

    take({ ok, verdict }) {
        if (ok) {
            this.notification.add(verdict.reason, { type: "success" });
            this.props.close();
        } else {
            this.state.error = verdict.reason;
        }
    }
}

lineTools.add(
    "feedback",
    {
        key: "F8",
        label: _t("Record feedback"),
        icon: "fa-comment-o",
        className: "o_mobifone_complain",
        open: ({ request, number }, { addDialog }) => addDialog(FeedbackDialog, { request, number }),
    },
    { sequence: 20 }
);
