import { _t } from "@web/core/l10n/translation";
import { DESK_MODEL } from "../desk/desk_format";
import { lineTools } from "../line_tools/line_tools";
import { RegistrationDialog } from "./registration_dialog";

async function open({ job, request, number }, { orm, addDialog, isCurrent }) {
    const inStep = document.querySelector(".o_mobifone_step .o_mobifone_registration_form [data-field]");
    if (inStep) {
        inStep.focus(); // the script asks for them already
        return;
    }
    const form = await orm.call(DESK_MODEL, "registration_form", [], request);
    if (!isCurrent()) {
        return; // the next number was entered meanwhile
    }
    const onRequest = (latest) => {
        job.answer.registration.request = latest;
    };
    onRequest(form.request);
    addDialog(RegistrationDialog, { request, number, entry: job.papers, form, onRequest });
}

lineTools.add(
    "papers",
    {
        key: "F4",
        label: _t("Update papers"),
        icon: "fa-id-card-o",
        className: "o_mobifone_update_papers",
        open,
    },
    { sequence: 10 }
);
