import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { useCallRun } from "../call/call_run";
import { DESK_MODEL, errorText, formatNumber } from "./desk_format";
import { newJob } from "./desk_job";

/**
 * The script beside the line at the desk.
 *
 * @param {Object} state of the desk: number, error, busy, job, call
 * @param {Function} send of useSender
 * @param {Object} toast of useToast
 * @param {Object} told
 * @param {Function} told.onChange something was done, or another line is on screen
 * @param {Function} told.onEnded ready for the next caller
 */
export function useDeskScript(state, send, toast, { onChange, onEnded }) {
    const orm = useService("orm");
    const ask = (method, kwargs) => orm.call(DESK_MODEL, method, [], kwargs);
    const run = useCallRun(state, send, {
        onLine: (line) => (state.job.answer = line),
        onResult: ({ kind }) => kind === "act" && onChange(), // a consult, whose SMS is followed
        onEnded,
        onStuck() {
            toast.show(_t("This call was finished before"), { type: "info" });
            onEnded();
        },
    });

    return {
        run,
        get mayStart() {
            return Boolean(state.job?.answer.script_id) && !state.call;
        },
        /** Lead the caller on screen through the script of the hotline. */
        async start() {
            const { job } = state;
            if (state.busy || !this.mayStart) {
                return;
            }
            job.error = "";
            try {
                const { lookup_id } = job.answer;
                const started = await send("script", () => ask("start_call", { lookup_id }));
                run.open(started, { line: job.answer, papers: job.papers });
            } catch (error) {
                job.error = errorText(error);
            }
        },
        /** Go on with a call that was left, on its line. */
        async goOn(call_id) {
            if (state.busy) {
                return;
            }
            state.error = "";
            try {
                const both = () => Promise.all([ask("resume_call", { call_id }), ask("call_line", { call_id })]);
                const [resumed, line] = await send("resume", both);
                const job = newJob(line);
                Object.assign(state, { job, number: line.number ? formatNumber(line.number) : "" });
                run.open(resumed, { line, papers: job.papers });
                onChange();
            } catch (error) {
                state.error = errorText(error);
            }
        },
    };
}
