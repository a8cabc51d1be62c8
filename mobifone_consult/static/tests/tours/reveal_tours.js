import { registry } from "@web/core/registry";
import { focusIsOn } from "./desk_tours";

const REVEAL = ".o_dialog .o_mobifone_reveal";

registry.category("web_tour.tours").add("mobifone_papers_care", {
    steps: () => [
        { content: "the queue", trigger: ".o_list_view .o_data_row .o_data_cell", run: "click" },
        { trigger: ".o_form_view button[name=action_identity_reveal]", run: "click" },
        focusIsOn(`${REVEAL} #o_mobifone_reveal_reason`, "#o_mobifone_reveal_reason"),
        { content: "nothing without a reason", trigger: `${REVEAL} .o_mobifone_reveal_show:disabled` },
        { trigger: "#o_mobifone_reveal_reason", run: "edit Xét duyệt yêu cầu" },
        { trigger: "#o_mobifone_reveal_reason", run: "press Enter" },
        { trigger: `${REVEAL} [data-name=document_number] dd:contains(001190123456)` },
        focusIsOn(REVEAL, ".o_mobifone_reveal_number"),
        { trigger: `${REVEAL} .o_mobifone_reveal_photos:has(:nth-child(3))` },
        { trigger: ".o_mobifone_reveal_photo[data-name=portrait]", run: "click" },
        focusIsOn(`${REVEAL} .o_mobifone_enlarged img`, ".o_mobifone_enlarged"),
        { trigger: ".o_mobifone_enlarged", run: "press Escape" },
        focusIsOn(`${REVEAL}:not(:has(.o_mobifone_enlarged))`, ".o_mobifone_reveal_photo[data-name=portrait]"),
        { trigger: ".o_mobifone_reveal_photo[data-name=portrait]", run: "press Escape" },
        { trigger: "body:not(:has(.o_dialog)) button[name=action_approve]", run: "click" },
        { content: "asked once more", trigger: ".o_dialog .modal-footer .btn-primary", run: "click" },
        { trigger: ".o_arrow_button_current[data-value=approved]" },
        { trigger: ".o_form_view:not(:has(button[name=action_approve]))" },
    ],
});
