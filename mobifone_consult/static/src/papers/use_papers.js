import { useOwnedDialogs, useService } from "@web/core/utils/hooks";
import { DESK_MODEL, errorText, formatNumber } from "../desk/desk_format";
import { useFunctionKeys } from "../desk/function_keys";
import { FeedbackDialog } from "./feedback_dialog";
import { RegistrationDialog } from "./registration_dialog";

/**
 * The papers of the line on screen: F4 takes an update request, F8 what the customer complains of.
 *
 * @param {Function} getJob {answer: of the look-up, papers: of newEntry, callId: in a call}; nothing while there is
 *  no line to work on
 * @returns {{update: Function, complain: Function}}
 */
export function usePapers(getJob) {
    const orm = useService("orm");
    const notification = useService("notification");
    const addDialog = useOwnedDialogs();
    let isOpening = false; // one dialog, however often the key is pressed

    function current() {
        const job = getJob();
        if (!job || !job.answer.found || isOpening) {
            return null;
        }
        const { lookup_id, number, msisdn_masked } = job.answer;
        return {
            job,
            request: { lookup_id, call_id: job.callId || null },
            number: number ? formatNumber(number) : msisdn_masked,
        };
    }

    async function update() {
        const line = current();
        const inStep = document.querySelector(".o_mobifone_step .o_mobifone_registration_form [data-field]");
        if (!line || inStep) {
            inStep?.focus(); // the script asks for them already
            return;
        }
        isOpening = true;
        try {
            const form = await orm.call(DESK_MODEL, "registration_form", [], line.request);
            if (getJob()?.papers === line.job.papers) {
                show(line, form);
            }
        } catch (error) {
            notification.add(errorText(error), { type: "danger" });
        } finally {
            isOpening = false;
        }
    }

    function show({ job, request, number }, form) {
        const onRequest = (latest) => {
            job.answer.registration.request = latest;
        };
        onRequest(form.request);
        addDialog(RegistrationDialog, { request, number, entry: job.papers, form, onRequest });
    }

    function complain() {
        const line = current();
        if (line) {
            addDialog(FeedbackDialog, { request: line.request, number: line.number });
        }
    }

    useFunctionKeys({ F4: update, F8: complain });
    return { update, complain };
}
