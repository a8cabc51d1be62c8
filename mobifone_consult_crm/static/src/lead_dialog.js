import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { DESK_MODEL, errorText } from "@mobifone_consult/desk/desk_format";
import { lineTools } from "@mobifone_consult/line_tools/line_tools";

/** Records that a promotion interests the customer on the line. The dialog's own Ctrl+Enter saves. */
export class LeadDialog extends Component {
    static template = "mobifone_consult_crm.LeadDialog";
    static components = { Dialog };
    static props = {
        request: Object, // {lookup_id, call_id}
        number: String,
        promotions: Array, // of `lead_form`
        close: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        const { promotions, number } = this.props;
        const chosen = promotions.length === 1 ? String(promotions[0].id) : "";
        this.state = useState({ chosen, note: "", busy: false, error: "" });
        // The first thing that is still to be filled in.
        this.first = useAutofocus({ refName: chosen ? "note" : "promotion" });
        this.title = _t("Record a lead: %s", number);
    }

    get promotion() {
        return this.props.promotions.find(({ id }) => String(id) === this.state.chosen);
    }

    get hint() {
        return this.promotion && _t("Called back by: %s", this.promotion.team);
    }

    async onSave() {
        if (this.state.busy) {
            return;
        }
        if (!this.promotion) {
            this.state.error = _t("Choose the promotion first.");
            this.first.el.focus();
            return;
        }
        Object.assign(this.state, { busy: true, error: "" });
        const values = { promotion_id: this.promotion.id, note: this.state.note.trim() || null };
        try {
            this.take(await this.orm.call(DESK_MODEL, "open_lead", [], { ...this.props.request, ...values }));
        } catch (error) {
            this.state.error = errorText(error);
        } finally {
            this.state.busy = false;
        }
    }

    take({ ok, verdict, replayed }) {
        if (ok) {
            this.notification.add(verdict.reason, { type: replayed ? "info" : "success" });
            this.props.close();
        } else {
            this.state.error = verdict.reason;
        }
    }
}

async function open({ request, number }, { orm, notification, addDialog, isCurrent }) {
    const { ok, verdict, promotions } = await orm.call(DESK_MODEL, "lead_form", [], request);
    if (!isCurrent()) {
        return; // the next number was entered meanwhile
    }
    if (ok) {
        addDialog(LeadDialog, { request, number, promotions });
    } else {
        notification.add(verdict.reason, { type: "warning" });
    }
}

lineTools.add(
    "lead",
    {
        key: "F7",
        label: _t("Record a lead"),
        icon: "fa-bullhorn",
        className: "o_mobifone_lead",
        isShown: (answer) => Boolean(answer.line.takes_leads),
        open,
    },
    { sequence: 15 }
);
