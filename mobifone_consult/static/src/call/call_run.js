import { _t } from "@web/core/l10n/translation";
import { useOwnedDialogs, useService } from "@web/core/utils/hooks";
import { DESK_MODEL, errorText } from "../desk/desk_format";
import { outcomeLabel } from "./call_labels";
import { EndCallDialog } from "./end_call_dialog";

/**
 * The guided call on screen, wherever that is: beside the line at the desk, or on the screen of calls. Which step comes
 * is decided by the server (mobifone.desk); each answer is one request, and may be sent again.
 *
 * @param {Object} state of the owner: busy, and call (null, or {id, step, trail, line, papers, error})
 * @param {Function} send of useSender
 * @param {Object} told
 * @param {Function} told.onLine what is known of the line has changed (line, as `lookup` answers)
 * @param {Function} told.onResult something was done in the call (its entry of the trail)
 * @param {Function} told.onEnded the call is finished (outcome)
 * @param {Function} told.onStuck the call was ended somewhere else
 */
export function useCallRun(state, send, { onLine, onResult, onEnded, onStuck }) {
    const orm = useService("orm");
    const notification = useService("notification");
    const addDialog = useOwnedDialogs();

    function ask(method, kwargs) {
        return orm.call(DESK_MODEL, method, [], { call_id: state.call.id, ...kwargs });
    }

    /** One request; why it failed is shown, and everything else stays as it was. */
    async function attempt(busy, method, kwargs) {
        const { call } = state;
        call.error = "";
        try {
            return await send(busy, () => ask(method, kwargs));
        } catch (error) {
            call.error = errorText(error);
        }
    }

    function open({ call_id, step, trail }, { line, papers }) {
        state.call = { id: call_id, step, trail, line, papers, error: "" };
    }

    function show({ step, trail, line }) {
        const { call } = state;
        const answered = call.step.id;
        if (!step || step.id === answered) {
            return onStuck();
        }
        Object.assign(call, { step, trail });
        if (line) {
            call.line = line;
            onLine?.(line);
        }
        const entry = trail.find(({ id }) => id === answered);
        if (entry?.result) {
            tell(entry, step);
            onResult?.(entry);
        }
    }

    /** What was done, and what happens next. */
    function tell({ result, result_text, title }, next) {
        const message = [result_text, _t("Next: %s.", next.title)].filter(Boolean).join(" ");
        notification.add(message, { title, type: result === "ok" ? "success" : "warning" });
    }

    async function move(busy, method, kwargs) {
        const answered = await attempt(busy, method, kwargs);
        if (answered) {
            show(answered);
        }
    }

    function ended(outcome) {
        state.call = null;
        notification.add(outcomeLabel(outcome), { title: _t("The call is finished"), type: "success" });
        onEnded(outcome);
    }

    /** @returns {Promise<string>} why the call goes on; "" when it ended */
    async function endEarly(outcome) {
        let finished;
        try {
            finished = await ask("finish", { outcome: outcome || null });
        } catch (error) {
            return errorText(error);
        }
        ended(finished.outcome);
        return "";
    }

    return {
        open,
        get mayGoBack() {
            return state.call.trail.some((entry) => !entry.is_voided);
        },
        answer(key, values) {
            return move(key, "answer", { step_id: state.call.step.id, answer: key, values: values || null });
        },
        async back() {
            if (!state.busy) {
                await move("back", "back", { step_id: state.call.step.id });
            }
        },
        /** Leave the end step. */
        async end() {
            const finished = await attempt("end", "finish");
            if (finished) {
                ended(finished.outcome);
            }
        },
        /** End the call wherever it stands: after a question, unless its script has ended. */
        async askEnd() {
            if (state.busy) {
                return;
            }
            if (state.call.step.kind === "end") {
                return this.end();
            }
            addDialog(EndCallDialog, { onConfirm: endEarly });
        },
    };
}
