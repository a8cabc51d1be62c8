import { focusIsOn } from "@mobifone_consult/../tests/tours/desk_tours";
import { registry } from "@web/core/registry";

// Numbers of the core add-on's tests/common.py. Selectors know no language.
const OPEN = "0900091001";
const MISSING = "0900091003";
const DESK = "body:not(:has(.o_dialog)) .o_mobifone_desk";
const DIALOG = ".o_mobifone_ticket_dialog";

const lookUp = (number) => [
    { trigger: ".o_mobifone_number", run: `edit ${number}` },
    { trigger: ".o_mobifone_number", run: "press Enter" },
];

registry.category("web_tour.tours").add("mobifone_ticket_from_call", {
    steps: () => [
        ...lookUp(OPEN),
        { trigger: `${DESK} .o_mobifone_reason_select`, run: "select complaint" },
        { trigger: ".o_mobifone_exclude:enabled", run: "click" },
        { content: "what to do next", trigger: ".o_mobifone_exclusion .o_mobifone_ticket_advice kbd" },
        { content: "opened by a key", trigger: DESK, run: "press F9" },
        { content: "the matter is chosen already", trigger: `${DIALOG} select:value(complaint)` },
        focusIsOn(DIALOG, "#o_mobifone_ticket_text"),
        { content: "nothing to keep yet", trigger: "#o_mobifone_ticket_text", run: "press Control+Enter" },
        { trigger: `${DIALOG} [role=alert] .fa` },
        { trigger: "#o_mobifone_ticket_text", run: "edit Mạng chậm ba ngày, số 0900091001" },
        { trigger: "#o_mobifone_ticket_text", run: "press Control+Enter" },
        { trigger: `${DESK}:not(:has(${DIALOG}))` },
        { content: "where it went, and the way to it", trigger: ".o_notification button.btn", run: "click" },
        { content: "the ticket", trigger: ".o_form_view [name=number]:contains(HT)" },
        { content: "the card of the line just looked up", trigger: ".o_mobifone_ticket_line .o_mobifone_summary[data-found=true]" },
        { content: "numbers are masked", trigger: ".o_form_view [name=description]:not(:contains(0900091001))" },
        { content: "the desk, by one click", trigger: "button[name=action_mobifone_desk]", run: "click" },
        { trigger: `${DESK} .o_mobifone_line .o_mobifone_big_number:contains(0900 091 001)` },
        { content: "the ticket it has", trigger: DESK, run: "press F9" },
        { trigger: `${DIALOG} .o_mobifone_line_tickets li[data-closed=false]` },
        { content: "added to that one", trigger: "#o_mobifone_ticket_number", run: "selectByIndex 1" },
        { trigger: `${DIALOG}:not(:has(#o_mobifone_ticket_matter)) #o_mobifone_ticket_text`, run: "edit Khách gọi lại" },
        { trigger: "#o_mobifone_ticket_text", run: "press Control+Enter" },
        { trigger: `${DESK}:not(:has(${DIALOG}))` },
    ],
});

registry.category("web_tour.tours").add("mobifone_ticket_feedback", {
    steps: () => [
        ...lookUp(MISSING),
        { trigger: ".o_mobifone_notice_ok", run: "press Enter" },
        { trigger: `${DESK} .o_mobifone_line`, run: "press F8" },
        { trigger: "#o_mobifone_feedback_text", run: "edit Gửi giấy tờ ba ngày chưa duyệt" },
        { trigger: "#o_mobifone_feedback_text", run: "press Control+Enter" },
        { content: "customer care has a ticket", trigger: ".o_notification:contains(HT)" },
    ],
});
