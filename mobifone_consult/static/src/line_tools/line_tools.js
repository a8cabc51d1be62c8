import { registry } from "@web/core/registry";
import { useOwnedDialogs, useService } from "@web/core/utils/hooks";
import { errorText, formatNumber } from "../desk/desk_format";
import { useFunctionKeys } from "../desk/function_keys";

/**
 * What can be done about the line on screen beside the consult; add-ons add their own. Each is
 * {key: the key that opens it, label, icon, className, open(line, {orm, notification, addDialog}), isShown(answer)},
 * where `line` is {request: {lookup_id, call_id}, number, job} and `isShown`, which may be left out, is asked with the
 * answer of the look-up.
 */
export const lineTools = registry.category("mobifone_consult.line_tools");

/**
 * @param {Function} getJob {answer: of the look-up, papers: of newEntry, callId: in a call}; nothing while there is
 *  no line to work on
 * @returns {Object[]} the tools for `mobifone_consult.LineTools`, whose `open()` works on the line on screen
 */
export function useLineTools(getJob) {
    const services = {
        orm: useService("orm"),
        notification: useService("notification"),
        addDialog: useOwnedDialogs(),
    };
    const tools = lineTools.getAll();
    let isOpening = false; // one dialog, however often the key is pressed

    async function open(tool) {
        const job = getJob();
        if (!job || !job.answer.found || isOpening || tool.isShown?.(job.answer) === false) {
            return;
        }
        const { lookup_id, number, msisdn_masked } = job.answer;
        const request = { lookup_id, call_id: job.callId || null };
        const line = { job, request, number: number ? formatNumber(number) : msisdn_masked };
        isOpening = true;
        try {
            await tool.open(line, { ...services, isCurrent: () => getJob()?.papers === job.papers });
        } catch (error) {
            services.notification.add(errorText(error), { type: "danger" });
        } finally {
            isOpening = false;
        }
    }

    useFunctionKeys(Object.fromEntries(tools.map((tool) => [tool.key, () => open(tool)])));
    return tools.map((tool) => ({ ...tool, open: () => open(tool) }));
}
