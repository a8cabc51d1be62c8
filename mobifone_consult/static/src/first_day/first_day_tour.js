import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { session } from "@web/session";

/** The first call of a new agent, on a training line; it ends before anything is saved. */
registry.category("web_tour.tours").add("mobifone_first_day", {
    url: "/odoo/mobifone-desk",
    steps: () => {
        const number = session.mobifone_training_number;
        return [
            {
                trigger: ".o_mobifone_number",
                content: number
                    ? _t("Welcome to the desk. Type the number of the training line: %s", number)
                    : _t("Welcome to the desk. Type the caller's number, in any form."),
                tooltipPosition: "bottom",
                run: `edit ${number || "0900000001"}`,
            },
            {
                trigger: ".o_mobifone_submit",
                content: _t("Press Enter: one answer comes back."),
                tooltipPosition: "bottom",
                run: "click",
            },
            {
                trigger: ".o_mobifone_notice_ok, .o_mobifone_line",
                content: _t(
                    "Missing papers come first: read the notice, then press Enter for OK. The line's card tells what you may say."
                ),
                tooltipPosition: "top",
                run: "click",
            },
            {
                trigger: ".o_mobifone_tick",
                content: _t(
                    "Consulted, and the customer wants the link? Space ticks the box. F2 leads you through the script sentence by sentence. Do not save in training."
                ),
                tooltipPosition: "bottom",
                run: "click",
            },
        ];
    },
});
