import { registry } from "@web/core/registry";
import { at, chosen, enter, inField, press, title } from "./call_tours";
import { focusIsOn } from "./desk_tours";

// Numbers of tests/common.py, the script of tests/script_common.py.
const OPEN = "0900 091 001";
const LOCKED = "0900091005";
const NOWHERE = "0900091999";

const onNumber = (where) => focusIsOn(`.o_mobifone_desk${where}`, ".o_mobifone_number");

registry.category("web_tour.tours").add("mobifone_call_whole", {
    steps: () => [
        focusIsOn(".o_mobifone_desk .o_mobifone_number", ".o_mobifone_number"),
        { content: "nothing to start yet", trigger: ".o_mobifone_desk:not(:has(.o_mobifone_start_script))" },
        ...enter(OPEN, "9090"),
        { trigger: ".o_mobifone_start_script" },
        focusIsOn(".o_mobifone_consult[data-shape=box]", ".o_mobifone_tick"),
        { trigger: ".o_mobifone_tick", run: "press F2" },
        at("Matter"),
        { content: "said with the number", trigger: ".o_mobifone_step_text p:contains(0900091001)" },
        { content: "beside the line", trigger: ".o_mobifone_work:has(.o_mobifone_script) .o_mobifone_line" },
        { trigger: ".o_mobifone_consult[data-shape=box]" },
        { content: "nowhere to go back to", trigger: ".o_mobifone_back:disabled" },
        press("Matter", "1"),
        at("Pitch"),
        { content: "not to be read aloud", trigger: ".o_mobifone_direction:contains(Chỉ dẫn)" },
        { trigger: ".o_mobifone_sections [data-section=matter][data-state=passed]" },
        { trigger: ".o_mobifone_sections [data-section=consult][aria-current=step]" },
        { trigger: ".o_mobifone_trail[data-count='1']" },
        press("Pitch", "Enter"),
        press("Pitch", "9"),
        { content: "neither is an answer here", trigger: title("Pitch") },
        press("Pitch", "1"),
        at("Save"),
        press("Save", "Enter"),
        at("Ask_job"),
        { content: "it is saved", trigger: ".o_mobifone_trail li[data-result=ok] .fa-check-circle" },
        { content: "what was done, what comes next", trigger: ".o_notification:contains(Ask_job)" },
        {
            content: "and the line locked",
            trigger: ".o_mobifone_consult[data-saved=true] .o_mobifone_countdown[data-ended=false]",
        },
        { content: "among its last consults", trigger: ".o_mobifone_line [data-fact=history][data-count='1']" },
        press("Ask_job", "1"),
        focusIsOn(title("Job"), ".o_mobifone_option_input"),
        inField("edit giao duc"),
        chosen(10),
        inField("press Enter"),
        at("End_sent"),
        { trigger: ".o_mobifone_step[data-kind=end][data-outcome=link_sent]" },
        press("End_sent", "Enter"),
        focusIsOn(".o_mobifone_desk .o_mobifone_number:value()", ".o_mobifone_number"),
        { content: "the hotline stays", trigger: ".o_mobifone_hotline:value(9090)" },
        { trigger: ".o_mobifone_desk:not(:has(.o_mobifone_answer))" },
        { content: "the SMS is followed here", trigger: ".o_mobifone_recent[data-count='1'] li[data-sms=queued]" },
    ],
});

registry.category("web_tour.tours").add("mobifone_desk_keys", {
    steps: () => [
        ...enter(OPEN, "9090"),
        focusIsOn(".o_mobifone_consult[data-shape=box]", ".o_mobifone_tick"),
        { trigger: ".o_mobifone_tick", run: "press F2" },
        at("Matter"),
        press("Matter", "1"),
        at("Pitch"),
        press("Pitch", "Escape"),
        onNumber("[data-call]"),
        { content: "a digit is text there", trigger: ".o_mobifone_number", run: "press F2" },
        at("Pitch"),
        press("Pitch", "Escape"),
        onNumber("[data-call]"),
        { content: "once more asks whether the call is over", trigger: ".o_mobifone_number", run: "press Escape" },
        focusIsOn(".o_mobifone_end_dialog", ".o_mobifone_end_confirm"),
        { content: "and once more goes on", trigger: ".o_mobifone_end_confirm", run: "press Escape" },
        { trigger: `body:not(:has(.o_mobifone_end_dialog)) ${title("Pitch")}` },
        at("Pitch"),
        // The caller hung up, the next one is there: the call waits in the list.
        press("Pitch", "Escape"),
        ...enter(NOWHERE, "9090"),
        { trigger: ".o_mobifone_not_found" },
        { content: "one call, not finished", trigger: ".o_mobifone_recent li:nth-child(2):contains(0900•••001)" },
        onNumber(""),
        { trigger: ".o_mobifone_number", run: "press ArrowDown" },
        focusIsOn(".o_mobifone_recent", "li:nth-child(1) .o_mobifone_recent_row"),
        { trigger: "li:nth-child(1) .o_mobifone_recent_row", run: "press ArrowDown" },
        focusIsOn(".o_mobifone_recent", "li:nth-child(2) .o_mobifone_recent_row"),
        { trigger: "li:nth-child(2) .o_mobifone_recent_row", run: "click" },
        { trigger: "li:nth-child(2) .o_mobifone_recent_row[aria-expanded=true]", run: "press ArrowDown" },
        focusIsOn(".o_mobifone_recent_details", ".o_mobifone_recent_go_on"),
        { trigger: ".o_mobifone_recent_go_on", run: "click" },
        at("Pitch"),
        { content: "with its line", trigger: ".o_mobifone_line .o_mobifone_big_number:contains(0900 091 001)" },
        press("Pitch", "2"),
        at("Ask_job"),
        press("Ask_job", "1"),
        focusIsOn(title("Job"), ".o_mobifone_option_input"),
        { content: "the number by one key, also from a field", ...inField("press Escape") },
        onNumber("[data-call]"),
        { trigger: ".o_mobifone_number", run: "press F2" },
        at("Job"),
        press("Job", "2"),
        at("End_refused"),
        { content: "an end is left by Escape too", ...press("End_refused", "Escape") },
        onNumber(":not([data-call]):not(:has(.o_mobifone_answer))"),
    ],
});

registry.category("web_tour.tours").add("mobifone_desk_locked", {
    steps: () => [
        ...enter(LOCKED, "9090"),
        { content: "by whom", trigger: ".o_mobifone_consult[data-code=locked] .o_mobifone_reason" },
        { content: "and how much longer", trigger: ".o_mobifone_countdown[role=timer][data-ended=false]" },
    ],
});
