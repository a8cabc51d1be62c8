import { registry } from "@web/core/registry";
import { focusIsOn } from "@mobifone_consult/../tests/tours/desk_tours";

// A number of tests/common.py. Selectors know no language.
const OPEN = "0900091001";
const DESK = "body:not(:has(.o_dialog)) .o_mobifone_desk";
const DIALOG = ".o_mobifone_lead_dialog";
const PROMOTION = "#o_mobifone_lead_promotion";
const NOTE = "#o_mobifone_lead_note";

/** The line on the desk; its box of the consult has the keyboard. */
const lookUp = () => [
    { trigger: ".o_mobifone_desk .o_mobifone_number", run: `edit ${OPEN}` },
    { trigger: ".o_mobifone_number", run: "press Enter" },
    focusIsOn(`${DESK} .o_mobifone_consult`, ".o_mobifone_tick"),
];

const saved = (screen) => ({ content: "saved", trigger: `body:not(:has(${DIALOG})):has(.o_notification) ${screen}` });

registry.category("web_tour.tours").add("mobifone_lead_desk", {
    steps: () => [
        { content: "F7 does nothing without a line", trigger: ".o_mobifone_desk .o_mobifone_number", run: "press F7" },
        ...lookUp(),
        { trigger: `${DESK} .o_mobifone_lead[aria-keyshortcuts=F7]` },
        { content: "F7", trigger: ".o_mobifone_tick", run: "press F7" },
        { content: "of two none is chosen", trigger: `${DIALOG} ${PROMOTION}:has(option:nth-of-type(3))` },
        focusIsOn(`${DIALOG} ${PROMOTION}:has(option[value=""]:checked)`, PROMOTION),
        { content: "nothing is saved without one", trigger: PROMOTION, run: "press Control+Enter" },
        { trigger: `${DIALOG} [role=alert]` },
        { trigger: PROMOTION, run: "selectByLabel Tặng data" },
        { content: "who calls back", trigger: `${DIALOG} #o_mobifone_lead_hint:contains(T Sales)` },
        { trigger: NOTE, run: "edit Gọi sau 18h" },
        { content: "closed by Escape, nothing is saved", trigger: NOTE, run: "press Escape" },
        { content: "the button opens it too", trigger: `${DESK} .o_mobifone_lead`, run: "click" },
        { trigger: PROMOTION, run: "selectByLabel Tặng data" },
        { trigger: NOTE, run: "edit Gọi sau 18h" },
        { content: "Ctrl+Enter saves", trigger: NOTE, run: "press Control+Enter" },
        saved(".o_mobifone_desk"),
        focusIsOn(DESK, ".o_mobifone_tick"),
    ],
});

registry.category("web_tour.tours").add("mobifone_lead_call", {
    steps: () => [
        { trigger: ".o_mobifone_call .o_mobifone_number", run: `edit ${OPEN}` },
        { trigger: ".o_mobifone_number", run: "press Enter" },
        { trigger: ".o_mobifone_summary .o_mobifone_lead" },
        { content: "F7 beside the script", trigger: ".o_mobifone_step", run: "press F7" },
        { content: "the only one is chosen", trigger: `${DIALOG} ${PROMOTION}:has(option:not([value=""]):checked)` },
        focusIsOn(DIALOG, NOTE),
        { content: "without a note", trigger: NOTE, run: "press Control+Enter" },
        saved(".o_mobifone_step"),
    ],
});

registry.category("web_tour.tours").add("mobifone_lead_hidden", {
    steps: () => [
        ...lookUp(),
        { content: "no button", trigger: `${DESK} .o_mobifone_line_tools:not(:has(.o_mobifone_lead))` },
        { content: "no key", trigger: ".o_mobifone_tick", run: "press F7" },
        { content: "the next key finds no dialog", trigger: `${DESK} .o_mobifone_tick`, run: "press F8" },
        { trigger: ".o_mobifone_feedback_dialog:not(.o_mobifone_lead_dialog)" },
    ],
});
