import { Component, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { DESK_MODEL, errorText } from "../desk/desk_format";
import { markAnswer, newEntry, valuesToSend } from "./papers_entry";
import { RegistrationForm } from "./registration_form";

/** Takes an update request for a line (domain 1.4), or says why none is taken now. */
export class RegistrationDialog extends Component {
    static template = "mobifone_consult.RegistrationDialog";
    static components = { Dialog, RegistrationForm };
    static props = {
        request: Object, // {lookup_id, call_id}
        number: String,
        entry: Object, // of newEntry
        form: Object, // as mobifone.desk.registration_form answers
        onRequest: Function, // (registration.request) the line has another one now
        close: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.entry = useState(this.props.entry);
        this.state = useState({ busy: false, error: "", draft: "" });
        this.submit = useRef("submit");
        useAutofocus({ refName: "ok" });
        this.title = _t("Update papers: %s", this.props.number);
    }

    /** A held Enter is the one that filled in the last field. */
    onKeydown(ev) {
        if (ev.key === "Enter" && ev.repeat) {
            ev.preventDefault();
        }
    }

    async onSubmit() {
        if (this.state.busy) {
            return;
        }
        Object.assign(this.state, { busy: true, error: "", draft: "" });
        const { fields } = this.props.form;
        try {
            const values = valuesToSend(fields, this.entry);
            this.take(await this.orm.call(DESK_MODEL, "submit_registration", [], { ...this.props.request, values }));
        } catch (error) {
            this.state.error = errorText(error);
        } finally {
            this.state.busy = false;
        }
    }

    take(answer) {
        const { ok, verdict, state, due_on } = answer;
        if (state) {
            this.props.onRequest({ state, due_on, submitted_on: false, is_overdue: false, text: verdict.reason });
        }
        if (ok) {
            this.notifySubmitted(answer);
            Object.assign(this.entry, newEntry());
            this.props.close();
            return;
        }
        this.state[state ? "draft" : "error"] = verdict.reason;
        markAnswer(this.props.form.fields, this.entry, answer);
    }

    notifySubmitted({ verdict, warnings }) {
        this.notification.add(verdict.reason, { type: "success" });
        if (warnings.length) {
            const doubts = warnings.map(({ label, message }) => `${label}: ${message}`);
            this.notification.add(doubts.join(" "), { title: _t("To be looked at twice"), type: "warning" });
        }
    }
}
