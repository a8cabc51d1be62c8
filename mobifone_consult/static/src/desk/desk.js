import { Component, onMounted, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { Deferred } from "@web/core/utils/concurrency";
import { useBus, useOwnedDialogs, useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { CallPanel } from "../call/call_panel";
import { useLineTools } from "../line_tools/line_tools";
import { useCallPop } from "../pop/call_pop";
import { mayCancelConsults } from "./cancel_dialog";
import { ConsultBox } from "./consult_box";
import { DESK_MODEL, errorText, isPassing, shownNumber } from "./desk_format";
import { historyOf, newJob, savedOf, useJobActions, useToast } from "./desk_job";
import { useDeskScript } from "./desk_script";
import { ExclusionForm } from "./exclusion_form";
import { useFunctionKeys } from "./function_keys";
import { HistoryList } from "./history_list";
import { LineCard } from "./line_card";
import { LostBanner } from "./lost_banner";
import { moveFocus } from "./move_focus";
import { NumberForm } from "./number_form";
import { PapersNotice } from "./papers_notice";
import { RecentList } from "./recent_list";
import { useRecent } from "./recent_poll";
import { useSender } from "./sender";

/**
 * The agent's screen: a number, one answer, the script beside it. Rules and texts of the answer come from the server
 * (mobifone.desk); here is only what the agent sees and where the keyboard is.
 */
export class Desk extends Component {
    static template = "mobifone_consult.Desk";
    static components = {
        CallPanel,
        ConsultBox,
        ExclusionForm,
        HistoryList,
        LineCard,
        LostBanner,
        NumberForm,
        RecentList,
    };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.ui = useService("ui");
        this.addDialog = useOwnedDialogs();
        this.root = useRef("root");
        this.shownNumber = shownNumber;
        this.state = useState({
            number: "",
            hotline: "",
            error: "",
            busy: "", // the method that runs: one at a time, so a second Enter or click does nothing
            lost: "", // why it takes so long, when it does not get through
            job: null, // of newJob: all about the line on screen
            call: null, // of useCallRun: the script beside it
            reasons: [],
            mayCancel: false,
        });
        this.sender = useSender(this.state);
        this.toast = useToast();
        this.recent = useRecent(this.toast.tellOfSms);
        this.recentState = useState(this.recent.state);
        this.actions = useJobActions(this.state, this.sender.send, this.toast, {
            onSaved: () => this.recent.refresh(),
            // A look-up saves at most one consult: what comes after the cancelled one needs a look-up of its own.
            onCancelled: (number) => this.lookup(number),
        });
        this.script = useDeskScript(this.state, this.sender.send, this.toast, {
            onChange: () => this.refresh(),
            onEnded: () => this.nextCaller(),
        });

        onWillStart(async () => {
            this.state.mayCancel = await mayCancelConsults();
        });
        onMounted(() => this.recent.refresh());
        useHotkey("escape", () => this.onEscape());
        useFunctionKeys({ F2: () => this.onScriptKey() });
        useCallPop(this);
        this.tools = useLineTools(() => this.toolsJob);
        // After each answer, and whenever a dialog gives the screen back, the keyboard is where the next key belongs.
        useEffect(
            () => this.placeFocus(),
            () => [this.state.busy, this.state.job, this.state.call]
        );
        useBus(this.ui.bus, "active-element-changed", () => this.placeFocus());
        useEffect(
            (job) => {
                if (!job) {
                    this.cleared?.resolve();
                }
            },
            () => [this.state.job]
        );
    }

    // -------------------------------------------------------------------------
    // Keyboard
    // -------------------------------------------------------------------------

    placeFocus() {
        // The script places it for its steps.
        if (this.state.busy || this.state.call || !this.root.el || this.ui.activeElement !== document) {
            return;
        }
        const tick = this.root.el.querySelector(".o_mobifone_tick");
        if (tick) {
            tick.focus();
        } else {
            this.focusNumber();
        }
    }

    get numberField() {
        return this.root.el.querySelector(".o_mobifone_number");
    }

    focusNumber() {
        this.numberField.select();
    }

    /** To the number, from anywhere; from there once more: the call may be over. */
    onEscape() {
        const { lost, call } = this.state;
        if (lost) {
            this.sender.stop();
        } else if (call && (call.step.kind === "end" || document.activeElement === this.numberField)) {
            this.script.run.askEnd();
        }
        this.focusNumber();
    }

    /** To the script: it begins, goes on where it was left, or gets the keyboard back. */
    onScriptKey() {
        if (this.state.busy.startsWith("lookup")) {
            this.isScriptWanted = true; // as soon as the answer is there
        } else if (this.state.call) {
            this.root.el.querySelector(".o_mobifone_step_title").focus();
        } else if (this.state.job) {
            this.script.start();
        } else {
            // The newest call that was left.
            const open = this.recentState.lookups.find((row) => row.call_id);
            if (open) {
                this.script.goOn(open.call_id);
            }
        }
    }

    onKeydown(ev) {
        moveFocus(this.root.el, ev, ".o_mobifone_number, .o_mobifone_stop_at");
    }

    // -------------------------------------------------------------------------
    // Look-up
    // -------------------------------------------------------------------------

    onSearch() {
        return this.lookup(this.state.number);
    }

    lookup(number) {
        return this.lookupBy("lookup", { number, hotline: this.state.hotline || null });
    }

    /** @param {string} method of mobifone.desk, which answers as `lookup` does */
    async lookupBy(method, kwargs) {
        if (this.state.busy) {
            return;
        }
        // Nothing of the previous caller's line may stand beside the number of this one. His call, when it is not
        // finished, waits in the list of the last look-ups.
        this.cleared = this.state.job && new Deferred();
        Object.assign(this.state, { error: "", job: null, call: null });
        this.toast.close();
        this.isScriptWanted = false;
        try {
            const answer = await this.sender.send(method, () => this.orm.call(DESK_MODEL, method, [], kwargs));
            if (answer.registration.must_acknowledge) {
                this.showNotice(answer);
            } else {
                await this.show(answer);
            }
        } catch (error) {
            this.state.error = errorText(error);
        }
    }

    showNotice({ lookup_id, msisdn_masked, registration }) {
        this.addDialog(PapersNotice, {
            msisdnMasked: msisdn_masked,
            registration,
            owner: this.state,
            onOk: () => this.acknowledge(lookup_id),
        });
    }

    /** @returns {Promise<string>} why the notice must stay open; "" when it may close */
    async acknowledge(lookup_id) {
        try {
            const request = () => this.orm.call(DESK_MODEL, "acknowledge", [], { lookup_id });
            await this.show(await this.sender.send("acknowledge", request));
        } catch (error) {
            const text = errorText(error);
            if (isPassing(error)) {
                return text;
            }
            this.state.error = text;
        }
        return "";
    }

    async show(answer) {
        // The line before is off the screen first: drawn in one go with the next, Owl mounts what it has cancelled.
        await this.cleared;
        if (this.state.busy) {
            return; // the next number was entered meanwhile
        }
        this.state.job = newJob(answer);
        this.refresh();
        if (answer.found) {
            this.loadReasons();
        }
        if (this.isScriptWanted) {
            await this.script.start();
        }
    }

    /** The last look-ups, and the consults of the line on screen: come after the answer and hold nothing up. */
    async refresh() {
        const { job } = this.state;
        const history = await this.recent.refresh(job.answer.found ? job.answer.lookup_id : null);
        if (history) {
            Object.assign(job, { history, historyError: "" });
        } else if (job.history === null) {
            job.historyError = this.recent.state.error;
        }
    }

    async loadReasons() {
        if (!this.state.reasons.length) {
            const reasons = await this.orm.searchRead("mobifone.exclusion.reason", [], ["code", "name"]);
            this.state.reasons = reasons;
        }
    }

    // -------------------------------------------------------------------------
    // Next caller
    // -------------------------------------------------------------------------

    nextCaller() {
        Object.assign(this.state, { number: "", job: null, call: null });
        this.recent.refresh();
    }

    // -------------------------------------------------------------------------
    // Shown
    // -------------------------------------------------------------------------

    get toolsJob() {
        const { busy, job, call } = this.state;
        return busy || !job ? null : { answer: job.answer, papers: job.papers, callId: call?.id };
    }

    /** The look-up on screen among the last ones: its SMS is followed there. */
    get own() {
        const { lookup_id } = this.state.job.answer;
        return this.recentState.lookups.find((row) => row.lookup_id === lookup_id);
    }

    get history() {
        return historyOf(this.state.job, this.own);
    }

    get saved() {
        return savedOf(this.state.job, this.own);
    }

    get mayCancelThis() {
        return this.state.mayCancel && (this.saved || this.state.job.answer.consult.code === "locked");
    }

    /** For screen readers: the outcome in one sentence. */
    get announcement() {
        const { busy, job } = this.state;
        if (busy.startsWith("lookup")) {
            return _t("Looking up…");
        }
        if (!job) {
            return "";
        }
        return `${shownNumber(job.answer)}. ${this.saved ? _t("The consult is saved.") : job.answer.consult.reason}`;
    }
}

registry.category("actions").add("mobifone_consult.desk", Desk);
