import { Component, onMounted, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useOwnedDialogs, useService } from "@web/core/utils/hooks";
import { standardViewProps } from "@web/views/standard_view_props";
import { DESK_MODEL, SCREEN_MODEL, errorText } from "../desk/desk_format";
import { PapersNotice } from "../desk/papers_notice";
import { useLineTools } from "../line_tools/line_tools";
import { newEntry } from "../papers/papers_entry";
import { outcomeLabel } from "./call_labels";
import { CallStart } from "./call_start";
import { EndCallDialog } from "./end_call_dialog";
import { LineSummary } from "./line_summary";
import { SectionStrip } from "./section_strip";
import { StepView } from "./step_view";
import { TrailList } from "./trail_list";

const SCREEN_ACTION = "mobifone_consult.mobifone_guided_call_action";

/**
 * The screen that leads an agent through a call. The record it is the view of (mobifone.script.wizard) holds the call,
 * so a reload goes on where it was; which step comes is decided by the server (mobifone.desk).
 */
export class GuidedCall extends Component {
    static template = "mobifone_consult.GuidedCall";
    static components = { CallStart, LineSummary, SectionStrip, StepView, TrailList };
    static props = { ...standardViewProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.addDialog = useOwnedDialogs();
        this.tools = useLineTools(() => this.toolsJob);
        this.screenId = this.props.resId || null;
        this.state = useState({
            number: "",
            hotline: "",
            error: "",
            mayRetry: false, // the last request did not get through: the same one may be sent again
            busy: this.screenId ? "begin" : "", // one request at a time, so a second key does nothing
            openCalls: [],
            call: null, // {id, line, step, trail, papers} of the call on screen
        });
        onMounted(() => (this.screenId ? this.begin() : this.loadOpenCalls()));
    }

    // -------------------------------------------------------------------------
    // Server
    // -------------------------------------------------------------------------

    /** One request; why it failed is shown, and everything else stays as it was. */
    async attempt(busy, request) {
        Object.assign(this.state, { busy, error: "", mayRetry: false });
        try {
            return await request();
        } catch (error) {
            this.state.error = errorText(error);
            this.state.mayRetry = error instanceof ConnectionLostError;
        } finally {
            this.state.busy = "";
        }
    }

    callDesk(method, kwargs) {
        return this.orm.call(DESK_MODEL, method, [], kwargs);
    }

    callScreen(method, kwargs) {
        return this.orm.call(SCREEN_MODEL, method, [[this.screenId]], kwargs);
    }

    /** A record of its own for the next call; from now on a reload comes back to it. */
    async openScreen(kwargs) {
        const action = await this.orm.call(SCREEN_MODEL, "open_screen", [], kwargs);
        this.screenId = action.res_id;
        this.props.updateActionState({ resId: this.screenId });
    }

    // -------------------------------------------------------------------------
    // Begin
    // -------------------------------------------------------------------------

    async begin(kwargs = {}) {
        const answer = await this.attempt("begin", async () => {
            if (!this.screenId) {
                await this.openScreen({});
            }
            return this.callScreen("begin", kwargs);
        });
        if (answer) {
            this.take(answer);
        } else if (!this.state.mayRetry) {
            // Its look-up has run out, or it was cleaned away: the next number gets another.
            this.screenId = null;
        }
        if (!this.state.call) {
            await this.loadOpenCalls();
        }
    }

    take({ line, call_id, step, trail, outcome }) {
        if (outcome) {
            this.state.call = null;
            this.screenId = null;
            this.notification.add(outcomeLabel(outcome), { title: _t("This call was finished before"), type: "info" });
        } else if (call_id) {
            const papers = this.state.call?.id === call_id ? this.state.call.papers : newEntry();
            this.state.call = { id: call_id, line, step, trail, papers };
        } else if (line) {
            this.showNotice(line);
        }
    }

    /** Comes after the number field and holds nothing up. */
    async loadOpenCalls() {
        try {
            this.state.openCalls = await this.callDesk("open_calls");
        } catch (error) {
            this.state.error ||= errorText(error);
        }
    }

    onSearch() {
        const number = this.state.number.trim();
        if (this.state.busy) {
            return;
        }
        if (!number) {
            this.state.error = _t("Enter the caller's number and press Enter.");
            return;
        }
        return this.begin({ number, hotline: this.state.hotline || null });
    }

    async onGoOn(call_id) {
        if (!this.state.busy) {
            await this.attempt("resume", () => this.openScreen({ call_id }));
            if (!this.state.error) {
                await this.begin();
            }
        }
    }

    showNotice({ msisdn_masked, registration }) {
        this.addDialog(PapersNotice, {
            msisdnMasked: msisdn_masked,
            registration,
            onOk: () => this.acknowledge(),
        });
    }

    /** @returns {Promise<string>} why the notice must stay open; "" when it may close */
    async acknowledge() {
        const answer = await this.attempt("acknowledge", () => this.callScreen("acknowledge"));
        if (answer) {
            this.take(answer);
        }
        return this.state.mayRetry ? this.state.error : "";
    }

    // -------------------------------------------------------------------------
    // Steps
    // -------------------------------------------------------------------------

    async onAnswer(key, values) {
        const { id, step } = this.state.call;
        const request = { call_id: id, step_id: step.id, answer: key, values: values || null };
        const answered = await this.attempt(key, () => this.callDesk("answer", request));
        if (answered) {
            this.show(answered);
        }
    }

    async onBack() {
        if (this.state.busy) {
            return;
        }
        const { id, step } = this.state.call;
        const answered = await this.attempt("back", () => this.callDesk("back", { call_id: id, step_id: step.id }));
        if (answered) {
            this.show(answered);
        }
    }

    /** One request a step: the line comes with it when the answer changed what is known of it. */
    show({ step, trail, line }) {
        const { call } = this.state;
        if (!step || step.id === call.step.id) {
            // Nothing moved: the call was ended somewhere else.
            return this.begin();
        }
        Object.assign(call, { step, trail });
        if (line) {
            call.line = line;
        }
    }

    /** The line that may be worked on beside the script. */
    get toolsJob() {
        const { busy, call } = this.state;
        return busy || !call ? null : { answer: call.line, papers: call.papers, callId: call.id };
    }

    get mayGoBack() {
        return this.state.call.trail.some((entry) => !entry.is_voided);
    }

    // -------------------------------------------------------------------------
    // End
    // -------------------------------------------------------------------------

    get endLabel() {
        return this.env.config.breadcrumbs.length > 1 ? _t("Finish the call") : _t("Finish, next caller");
    }

    async onEnd() {
        const { id } = this.state.call;
        const finished = await this.attempt("end", () => this.callDesk("finish", { call_id: id }));
        if (finished) {
            this.leave(finished.outcome);
        }
    }

    onEscape() {
        if (this.state.busy) {
            return;
        }
        if (this.state.call.step.kind === "end") {
            return this.onEnd();
        }
        this.addDialog(EndCallDialog, { onConfirm: (outcome) => this.endEarly(outcome) });
    }

    /** @returns {Promise<string>} why the call goes on; "" when it ended */
    async endEarly(outcome) {
        let finished;
        try {
            finished = await this.callDesk("finish", { call_id: this.state.call.id, outcome: outcome || null });
        } catch (error) {
            return errorText(error);
        }
        this.leave(finished.outcome);
        return "";
    }

    /** Ready for the next caller: where the call was opened from, or this screen anew. */
    leave(outcome) {
        this.notification.add(outcomeLabel(outcome), { title: _t("The call is finished"), type: "success" });
        if (this.env.config.breadcrumbs.length > 1) {
            this.env.config.historyBack();
        } else {
            this.action.doAction(SCREEN_ACTION, { clearBreadcrumbs: true });
        }
    }
}

registry.category("views").add("mobifone_guided_call", {
    type: "form",
    searchMenuTypes: [],
    Controller: GuidedCall,
});
