import { _t } from "@web/core/l10n/translation";
import { useOwnedDialogs, useService } from "@web/core/utils/hooks";
import { newEntry } from "../papers/papers_entry";
import { CancelDialog } from "./cancel_dialog";
import { DESK_MODEL, LABELS, errorText, formatMoment } from "./desk_format";

/** All about the line on screen. */
export function newJob(answer) {
    return {
        answer, // of the look-up
        ticked: false,
        saved: null, // what `consult` answered when it went well
        excluded: null, // what `exclude` answered
        error: "",
        papers: newEntry(),
        history: null,
        historyError: "",
    };
}

/**
 * The consult that was saved for this caller, at the desk or in the script: {locked_until, sms: {state, verdict}}.
 *
 * @param {Object|undefined} own the look-up among the agent's last ones: its SMS is followed there
 */
export function savedOf({ saved }, own) {
    if (!own?.saved_on || own.is_cancelled) {
        return saved;
    }
    return { locked_until: own.locked_until, sms: { state: own.sms_state, verdict: saved?.sms.verdict } };
}

/** The consults of the line; that of this caller as it is now. */
export function historyOf({ history }, own) {
    const { saved_on, sms_state } = own || {};
    return history && history.map((row) => (row.saved_on === saved_on ? { ...row, sms_state } : row));
}

/** One toast at a time: the newest takes the place of the one before. */
export function useToast() {
    const notification = useService("notification");
    let close;

    function show(message, options) {
        close?.();
        close = notification.add(message, options);
    }

    return {
        show,
        close: () => close?.(),
        /** An SMS that did not arrive is told, whatever is on screen meanwhile. */
        tellOfSms({ msisdn_masked, sms_state }) {
            if (["failed", "unknown"].includes(sms_state)) {
                const state = LABELS.sms[sms_state];
                show(_t("SMS to %(number)s: %(state)s.", { number: msisdn_masked, state }), { type: "warning" });
            }
        },
    };
}

/**
 * What an agent does about the line on screen beside the script: the tick and Save, the reason not to consult, the
 * consult taken back.
 *
 * @param {Object} state of the desk: busy, job
 * @param {Function} send of useSender
 * @param {Object} toast of useToast
 * @param {Object} told
 * @param {Function} told.onSaved a consult was saved
 * @param {Function} told.onCancelled a consult was taken back
 */
export function useJobActions(state, send, toast, { onSaved, onCancelled }) {
    const orm = useService("orm");
    const addDialog = useOwnedDialogs();

    /** An error is shown in the box of the line, and the same can be tried again. */
    async function attempt(method, kwargs) {
        const { job } = state;
        const request = { lookup_id: job.answer.lookup_id, ...kwargs };
        job.error = "";
        try {
            return await send(method, () => orm.call(DESK_MODEL, method, [], request));
        } catch (error) {
            job.error = errorText(error);
        }
    }

    function tellSaved({ locked_until, sms }) {
        const why = sms.verdict && sms.verdict.code !== "ok" ? sms.verdict.reason : "";
        const message = [
            _t("SMS with the app's link: %s.", LABELS.sms[sms.state]),
            why,
            _t("The line is locked for every channel until %s.", formatMoment(locked_until)),
            _t("Next: type the next caller's number."),
        ];
        toast.show(message.filter(Boolean).join(" "), {
            title: _t("The consult is saved"),
            type: sms.state === "none" ? "warning" : "success",
        });
    }

    return {
        async save() {
            const { job } = state;
            if (state.busy || !job.ticked) {
                return;
            }
            const result = await attempt("consult", { channel: "web", call_id: state.call?.id || null });
            if (!result) {
                return;
            }
            job.history = result.history;
            if (result.ok) {
                job.saved = result;
                tellSaved(result);
                onSaved();
            } else {
                job.ticked = false;
                job.answer.consult = result.verdict;
                toast.show(result.verdict.reason, { title: _t("Not saved"), type: "warning" });
            }
        },
        async exclude(reason_code) {
            const { job } = state;
            if (state.busy) {
                return;
            }
            const result = await attempt("exclude", { reason_code });
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
        },
        cancel() {
            const { lookup_id, number } = state.job.answer;
            addDialog(CancelDialog, { lookupId: lookup_id, onCancelled: () => onCancelled(number) });
        },
    };
}
