import { Component, onMounted, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useOwnedDialogs, useService } from "@web/core/utils/hooks";
import { standardViewProps } from "@web/views/standard_view_props";
import { DESK_MODEL, SCREEN_MODEL, errorText, isPassing } from "../desk/desk_format";
import { LostBanner } from "../desk/lost_banner";
import { PapersNotice } from "../desk/papers_notice";
import { useSender } from "../desk/sender";
import { useLineTools } from "../line_tools/line_tools";
import { newEntry } from "../papers/papers_entry";
import { outcomeLabel } from "./call_labels";
import { CallPanel } from "./call_panel";
import { useCallRun } from "./call_run";
import { CallStart } from "./call_start";
import { LineSummary } from "./line_summary";

const SCREEN_ACTION = "mobifone_consult.mobifone_guided_call_action";

/**
 * The screen that leads an agent through a call. The record it is the view of (mobifone.script.wizard) holds the call,
 * so a reload goes on where it was; which step comes is decided by the server (mobifone.desk).
 */
export class GuidedCall extends Component {
    static template = "mobifone_consult.GuidedCall";
    static components = { CallPanel, CallStart, LineSummary, LostBanner };
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
            lost: "",
            mayRetry: false, // the last request did not get through: the same one may be sent again
            busy: this.screenId ? "begin" : "", // one request at a time, so a second key does nothing
            openCalls: [],
            call: null, // of useCallRun
        });
        this.sender = useSender(this.state);
        this.run = useCallRun(this.state, this.sender.send, {
            onEnded: () => this.leave(),
            onStuck: () => this.begin(),
        });
        onMounted(() => (this.screenId ? this.begin() : this.loadOpenCalls()));
    }

    // -------------------------------------------------------------------------
    // Server
    // -------------------------------------------------------------------------

    /** One request; why it failed is shown, and everything else stays as it was. */
    async attempt(busy, request) {
        Object.assign(this.state, { error: "", mayRetry: false });
        try {
            return await this.sender.send(busy, request);
        } catch (error) {
            this.state.error = errorText(error);
            this.state.mayRetry = isPassing(error);
        }
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

    take(answer) {
        const { line, call_id, outcome } = answer;
        if (outcome) {
            this.state.call = null;
            this.screenId = null;
            this.notification.add(outcomeLabel(outcome), { title: _t("This call was finished before"), type: "info" });
        } else if (call_id) {
            const papers = this.state.call?.id === call_id ? this.state.call.papers : newEntry();
            this.run.open(answer, { line, papers });
        } else if (line) {
            this.showNotice(line);
        }
    }

    /** Comes after the number field and holds nothing up. */
    async loadOpenCalls() {
        try {
            this.state.openCalls = await this.orm.call(DESK_MODEL, "open_calls", []);
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
            owner: this.state,
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
    // In the call
    // -------------------------------------------------------------------------

    /** The line that may be worked on beside the script. */
    get toolsJob() {
        const { busy, call } = this.state;
        return busy || !call ? null : { answer: call.line, papers: call.papers, callId: call.id };
    }

    onEscape() {
        return this.state.lost ? this.sender.stop() : this.run.askEnd();
    }

    get endLabel() {
        return this.env.config.breadcrumbs.length > 1 ? _t("Finish the call") : _t("Finish, next caller");
    }

    /** Ready for the next caller: where the call was opened from, or this screen anew. */
    leave() {
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
