import { DESK_MODEL, errorText, formatMoment } from "@mobifone_consult/desk/desk_format";
import { lineTools } from "@mobifone_consult/line_tools/line_tools";
import { Component, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useAutofocus, useService } from "@web/core/utils/hooks";

const TICKETS_ACTION = "mobifone_consult_helpdesk.helpdesk_ticket_action_vendor";

/** Opens a ticket for the line on screen. The dialog's own Ctrl+Enter saves. */
export class TicketDialog extends Component {
    static template = "mobifone_consult_helpdesk.TicketDialog";
    static components = { Dialog };
    static props = {
        request: Object, // {lookup_id, call_id}
        number: String,
        form: Object, // what `ticket_form` answered
        close: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.formatMoment = formatMoment;
        const { matter, matters } = this.props.form;
        this.openTickets = this.props.form.tickets.filter((ticket) => !ticket.is_closed);
        this.state = useState({
            number: "", // of the ticket to be added to; none: a new one
            matter: matter || matters[0]?.key || "",
            text: "",
            busy: false,
            error: "",
        });
        // What was recorded chose the matter: what is left is to tell of it.
        this.first = useAutofocus({ refName: matter ? "text" : "matter" });
        this.title = _t("Open a ticket: %s", this.props.number);
    }

    addLabel({ number, matter }) {
        return _t("Add to %(number)s: %(matter)s", { number, matter });
    }

    get team() {
        return this.props.form.matters.find(({ key }) => key === this.state.matter)?.team || "";
    }

    async onSave() {
        if (this.state.busy) {
            return;
        }
        const text = this.state.text.trim();
        if (!text) {
            this.state.error = _t("Write what it is about first.");
            return;
        }
        Object.assign(this.state, { busy: true, error: "" });
        try {
            const { matter, number } = this.state;
            const request = { ...this.props.request, matter, text, number: number || null };
            this.take(await this.orm.call(DESK_MODEL, "open_ticket", [], request));
        } catch (error) {
            this.state.error = errorText(error);
        } finally {
            this.state.busy = false;
        }
    }

    take({ ok, verdict, ticket_id }) {
        if (!ok) {
            this.state.error = verdict.reason;
            return;
        }
        const show = () => this.action.doAction(TICKETS_ACTION, { viewType: "form", props: { resId: ticket_id } });
        this.notification.add(verdict.reason, {
            title: this.state.number ? _t("Added to the ticket") : _t("The ticket is opened"),
            type: "success",
            // One that somebody else took is not the agent's to read.
            buttons: ticket_id ? [{ name: _t("Show it"), onClick: show, primary: false }] : [],
        });
        this.props.close();
    }
}

lineTools.add(
    "ticket",
    {
        key: "F9",
        label: _t("Open a ticket"),
        icon: "fa-life-ring",
        className: "o_mobifone_open_ticket",
        async open({ request, number }, { orm, notification, addDialog, isCurrent }) {
            const form = await orm.call(DESK_MODEL, "ticket_form", [], request);
            if (!isCurrent()) {
                return; // the next number was entered meanwhile
            }
            if (form.ok) {
                addDialog(TicketDialog, { request, number, form });
            } else {
                notification.add(form.verdict.reason, { type: "warning" });
            }
        },
    },
    { sequence: 30 }
);
