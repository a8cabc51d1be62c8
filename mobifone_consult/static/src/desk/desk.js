import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { Deferred } from "@web/core/utils/concurrency";
import { useBus, useOwnedDialogs, useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useLineTools } from "../line_tools/line_tools";
import { newEntry } from "../papers/papers_entry";
import { useCallPop } from "../pop/call_pop";
import { CancelDialog, mayCancelConsults } from "./cancel_dialog";
import { ConsultBox } from "./consult_box";
import { DESK_MODEL, LABELS, SCREEN_MODEL, errorText, formatNumber } from "./desk_format";
import { ExclusionForm } from "./exclusion_form";
import { useFunctionKeys } from "./function_keys";
import { HistoryList } from "./history_list";
import { LineCard } from "./line_card";
import { NumberForm } from "./number_form";
import { PapersNotice } from "./papers_notice";

/**
 * The agent's screen: a number, one answer, the tick. Rules and texts of the answer come from the server
 * (mobifone.desk); here is only what the agent sees and where the keyboard is.
 */
export class Desk extends Component {
    static template = "mobifone_consult.Desk";
    static components = { ConsultBox, ExclusionForm, HistoryList, LineCard, NumberForm };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.ui = useService("ui");
        this.notification = useService("notification");
        this.addDialog = useOwnedDialogs();
        this.root = useRef("root");
        this.formatNumber = formatNumber;
        this.state = useState({
            number: "",
            hotline: "",
            error: "",
            busy: "", // the method that runs: one at a time, so a second Enter or click does nothing
            job: null, // all about the line on screen
            reasons: [],
            mayCancel: false,
        });

        onWillStart(async () => {
            this.state.mayCancel = await mayCancelConsults();
        });
        useHotkey("escape", () => this.focusNumber());
        useFunctionKeys({ F2: () => this.startScript() });
        useCallPop(this);
        this.tools = useLineTools(() => !this.state.busy && this.state.job);
        // After each answer, and whenever a dialog gives the screen back, the keyboard is where the next key belongs.
        useEffect(
            () => this.placeFocus(),
            () => [this.state.busy, this.state.job]
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
        if (this.state.busy || !this.root.el || this.ui.activeElement !== document) {
            return;
        }
        const tick = this.root.el.querySelector(".o_mobifone_tick");
        if (tick) {
            tick.focus();
        } else {
            this.focusNumber();
        }
    }

    focusNumber() {
        this.root.el.querySelector(".o_mobifone_number").select();
    }

    // -------------------------------------------------------------------------
    // Server
    // -------------------------------------------------------------------------

    async call(method, kwargs) {
        this.state.busy = method;
        try {
            return await this.orm.call(DESK_MODEL, method, [], kwargs);
        } finally {
            this.state.busy = "";
        }
    }

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
        // Nothing of the previous caller's line may stand beside the number of this one.
        this.cleared = this.state.job && new Deferred();
        Object.assign(this.state, { error: "", job: null });
        this.closeNotification?.();
        try {
            const answer = await this.call(method, kwargs);
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
            onOk: () => this.acknowledge(lookup_id),
        });
    }

    /** @returns {Promise<string>} why the notice must stay open; "" when it may close */
    async acknowledge(lookup_id) {
        try {
            await this.show(await this.call("acknowledge", { lookup_id }));
        } catch (error) {
            const text = errorText(error);
            if (error instanceof ConnectionLostError) {
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
        this.state.job = {
            answer,
            ticked: false,
            saved: null, // what `consult` answered when it went well
            excluded: null, // what `exclude` answered
            error: "",
            papers: newEntry(),
            history: null,
            historyError: "",
        };
        if (answer.found) {
            this.loadHistory();
            this.loadReasons();
        }
    }

    /** Comes after the answer and holds nothing up. */
    async loadHistory() {
        const job = this.state.job;
        job.historyError = "";
        try {
            const lookup_id = job.answer.lookup_id;
            const history = await this.orm.call(DESK_MODEL, "history", [], { lookup_id });
            // A consult saved meanwhile brought a newer list.
            job.history ??= history;
        } catch (error) {
            job.historyError = errorText(error);
        }
    }

    async loadReasons() {
        if (!this.state.reasons.length) {
            const reasons = await this.orm.searchRead("mobifone.exclusion.reason", [], ["code", "name"]);
            this.state.reasons = reasons;
        }
    }

    onTick(ticked) {
        this.state.job.ticked = ticked;
    }

    async onSave() {
        const job = this.state.job;
        if (this.state.busy || !job.ticked) {
            return;
        }
        const result = await this.callForJob("consult", { channel: "web" });
        if (!result) {
            return;
        }
        job.history = result.history;
        if (result.ok) {
            job.saved = result;
            this.notifySaved(result);
        } else {
            job.ticked = false;
            job.answer.consult = result.verdict;
            this.notify(result.verdict.reason, { title: _t("Not saved"), type: "warning" });
        }
    }

    /** A call on the line on screen; an error is shown in its box, and the same step can be tried again. */
    async callForJob(method, kwargs) {
        const job = this.state.job;
        job.error = "";
        try {
            return await this.call(method, { lookup_id: job.answer.lookup_id, ...kwargs });
        } catch (error) {
            job.error = errorText(error);
        }
    }

    /** Lead the caller on screen through the script of the hotline; the screen of the call comes back to here. */
    async startScript() {
        if (this.state.busy || !this.mayStartScript) {
            return;
        }
        this.state.busy = "script";
        try {
            const lookup_id = this.state.job.answer.lookup_id;
            await this.action.doAction(await this.orm.call(SCREEN_MODEL, "open_screen", [], { lookup_id }));
        } catch (error) {
            this.notify(errorText(error), { type: "danger" });
        } finally {
            this.state.busy = "";
        }
    }

    notify(message, options) {
        this.closeNotification?.();
        this.closeNotification = this.notification.add(message, options);
    }

    notifySaved({ sms }) {
        const why = sms.verdict && sms.verdict.code !== "ok" ? sms.verdict.reason : "";
        const message = _t("SMS with the app's link: %s.", LABELS.sms[sms.state]);
        this.notify(why ? `${message} ${why}` : message, {
            title: _t("The consult is saved"),
            type: sms.state === "none" ? "warning" : "success",
        });
    }

    async onExclude(reason_code) {
        const job = this.state.job;
        if (this.state.busy) {
            return;
        }
        const result = await this.callForJob("exclude", { reason_code });
        if (!result) {
            return;
        }
        job.answer.consult = result.verdict;
        job.ticked = false;
        if (result.ok) {
            job.excluded = result;
            if (result.stops !== "consult" && job.answer.occupation.allowed) {
                const reason = _t("Not asked on this call.");
                job.answer.occupation = { ...job.answer.occupation, allowed: false, reason };
            }
        }
    }

    onCancelConsult() {
        const { lookup_id, number } = this.state.job.answer;
        // A look-up saves at most one consult: what comes after the cancelled one needs a look-up of its own.
        this.addDialog(CancelDialog, { lookupId: lookup_id, onCancelled: () => this.lookup(number) });
    }

    // -------------------------------------------------------------------------
    // Shown
    // -------------------------------------------------------------------------

    get mayStartScript() {
        return Boolean(this.state.job?.answer.script_id);
    }

    get mayCancelThis() {
        const { saved, answer } = this.state.job;
        return this.state.mayCancel && (saved || answer.consult.code === "locked");
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
        const verdict = job.saved ? job.saved.verdict : job.answer.consult;
        return `${formatNumber(job.answer.number)}. ${verdict.reason}`;
    }
}

registry.category("actions").add("mobifone_consult.desk", Desk);
