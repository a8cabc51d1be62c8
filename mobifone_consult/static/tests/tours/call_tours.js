import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { focusIsOn } from "./desk_tours";

// Numbers of tests/common.py, the script of tests/script_common.py: titles of steps are data, no translations.
const OPEN = "0900 091 001";
const MISSING = "0900091003";
const LOCKED = "0900091005";
const NOWHERE = "0900091999";

export const title = (text) => `.o_mobifone_step_title:contains(/^${text}$/)`;

/** The step of that title is shown, and the keyboard is there. */
export const at = (text) => focusIsOn(title(text), ".o_mobifone_step_title");

/** A key on the step of that title. */
export const press = (text, key) => ({ content: `${key} on ${text}`, trigger: title(text), run: `press ${key}` });

export const inField = (action) => ({ trigger: ".o_mobifone_option_input", run: action });

export const chosen = (code) => ({
    content: `the option ${code} is chosen`,
    trigger: `.o_mobifone_options [aria-selected=true][data-value='${code}']`,
});

/** A number, and the hotline before it where there is one; Enter. */
export function enter(number, hotline) {
    return [
        ...(hotline ? [{ trigger: ".o_mobifone_hotline", run: `select ${hotline}` }] : []),
        { trigger: ".o_mobifone_number", run: `edit ${number}` },
        { trigger: ".o_mobifone_number", run: "press Enter" },
    ];
}

/** Escape, and Enter on the question: ready for the next caller. */
function endEarly(text) {
    return [
        press(text, "Escape"),
        focusIsOn(".o_mobifone_end_dialog", ".o_mobifone_end_confirm"),
        { trigger: ".o_mobifone_end_confirm", run: "press Enter" },
        focusIsOn("body:not(:has(.o_mobifone_end_dialog)) .o_mobifone_start", ".o_mobifone_number"),
    ];
}

registry.category("web_tour.tours").add("mobifone_call_back", {
    steps: () => [
        focusIsOn(".o_mobifone_start .o_mobifone_number", ".o_mobifone_number"),
        ...enter(LOCKED, "9090"),
        at("Matter"),
        press("Matter", "1"),
        press("Pitch", "2"),
        press("Ask_job", "Backspace"),
        at("Pitch"),
        { trigger: ".o_mobifone_trail[data-count='3']" },
        {
            content: "struck out, and in words",
            trigger: ".o_mobifone_trail li[data-voided=true] .o_mobifone_trail_voided",
        },
        { content: "the section is not passed any more", trigger: "[data-section=occupation][data-state=ahead]" },
        press("Pitch", "1"),
        at("Save"),
        press("Save", "Escape"),
        focusIsOn(".o_mobifone_end_dialog", ".o_mobifone_end_confirm"),
        { content: "Escape goes on", trigger: ".o_mobifone_end_confirm", run: "press Escape" },
        { trigger: `body:not(:has(.o_mobifone_end_dialog)) ${title("Save")}` },
        at("Save"),
        ...endEarly("Save"),
        { trigger: ".o_mobifone_start:not(:has(.o_mobifone_open_calls))" },
    ],
});

registry.category("web_tour.tours").add("mobifone_call_resume", {
    steps: () => [
        ...enter(OPEN, "9090"),
        press("Matter", "1"),
        at("Pitch"),
        { trigger: title("Pitch"), run: () => browser.location.reload(), expectUnloadPage: true },
        at("Pitch"),
        { trigger: ".o_mobifone_trail[data-count='1']" },
        {
            content: "away from the call",
            trigger: "[data-menu-xmlid='mobifone_consult.mobifone_guided_call_menu']",
            run: "click",
        },
        focusIsOn(".o_mobifone_open_calls[data-count='1']", ".o_mobifone_number"),
        { trigger: ".o_mobifone_number", run: "press ArrowDown" },
        focusIsOn(".o_mobifone_open_calls", ".o_mobifone_go_on"),
        { trigger: ".o_mobifone_go_on", run: "press Escape" },
        focusIsOn(".o_mobifone_open_calls", ".o_mobifone_number"),
        { trigger: ".o_mobifone_number", run: "press F2" },
        at("Pitch"),
        press("Pitch", "2"),
        press("Ask_job", "2"),
        press("End_refused", "Enter"),
        focusIsOn(".o_mobifone_start:not(:has(.o_mobifone_open_calls))", ".o_mobifone_number"),
    ],
});

registry.category("web_tour.tours").add("mobifone_call_occupation", {
    steps: () => [
        ...enter(LOCKED, "9090"),
        press("Matter", "2"),
        press("Ask_job", "1"),
        focusIsOn(title("Job"), ".o_mobifone_option_input"),
        { trigger: ".o_mobifone_options[data-count='18']:not(:has([aria-selected=true]))" },
        inField("press Enter"),
        { content: "choose first", trigger: ".o_mobifone_step_error .fa" },
        inField("edit đào tạo"),
        chosen(10),
        inField("edit GIAO DUC"),
        chosen(10),
        inField("edit xyz"),
        { trigger: ".o_mobifone_options[data-count='0']:not(:has([aria-selected=true]))" },
        inField("edit 1"),
        { content: "1, and 10 to 18", trigger: ".o_mobifone_options[data-count='10']" },
        chosen(1),
        inField("press ArrowDown"),
        chosen(10),
        inField("clear"),
        { trigger: ".o_mobifone_options[data-count='18']:not(:has([aria-selected=true]))" },
        inField("press ArrowUp"),
        chosen(18),
        { content: "out of the field, where digits are answers", ...inField("press Escape") },
        at("Job"),
        press("Job", "ArrowDown"),
        focusIsOn(title("Job"), ".o_mobifone_option_input"),
        inField("press Escape"),
        at("Job"),
        press("Job", "2"),
        at("End_complaint"),
        press("End_complaint", "Backspace"),
        focusIsOn(title("Job"), ".o_mobifone_option_input"),
        inField("edit 12"),
        chosen(12),
        { trigger: "[data-answer=save] small" },
        inField("press Enter"),
        at("End_complaint"),
        { trigger: ".o_mobifone_trail li[data-result=ok][data-voided=false]" },
        { trigger: ".o_mobifone_step[data-outcome='excluded:complaint']" },
        press("End_complaint", "Enter"),
        { trigger: ".o_mobifone_start" },
    ],
});

registry.category("web_tour.tours").add("mobifone_call_begin", {
    steps: () => [
        ...enter("09abc", "9090"),
        { content: "the error beside the field", trigger: "#o_mobifone_number_error .fa" },
        ...enter(OPEN, "18001090"),
        { content: "no script on this hotline", trigger: "#o_mobifone_number_error .fa" },
        ...enter(MISSING, "9090"),
        { trigger: ".o_mobifone_notice .o_mobifone_notice_text" },
        focusIsOn(".o_mobifone_notice", ".o_mobifone_notice_ok"),
        { content: "nothing of the line before the OK", trigger: "body:not(:has(.o_mobifone_summary))" },
        { trigger: ".o_mobifone_notice_ok", run: "press Enter" },
        at("Matter"),
        { trigger: ".o_mobifone_summary [data-fact=registration] .fa-exclamation-triangle" },
        ...endEarly("Matter"),
        ...enter(NOWHERE),
        at("Matter"),
        { content: "another network has a script too", trigger: ".o_mobifone_summary[data-found=false]" },
        ...endEarly("Matter"),
    ],
});

/** Keys as keyboards, layouts and input methods send them. */
const send = (text, ...keys) => ({
    content: `${JSON.stringify(keys)} on ${text}`,
    trigger: title(text),
    run() {
        for (const key of keys) {
            const options = { bubbles: true, cancelable: true, ...key };
            document.activeElement.dispatchEvent(new KeyboardEvent("keydown", options));
        }
    },
});

registry.category("web_tour.tours").add("mobifone_call_keys", {
    steps: () => [
        ...enter(OPEN, "9090"),
        at("Matter"),
        send("Matter", { key: "1", code: "Digit1", repeat: true }, { key: "1", code: "Digit1", ctrlKey: true }),
        send("Matter", { key: "!", code: "Digit1", shiftKey: true }),
        { content: "held, or with another key: no answer", trigger: title("Matter") },
        // A Vietnamese layout: ă stands where 1 is.
        send("Matter", { key: "ă", code: "Digit1" }),
        at("Pitch"),
        // Telex made one letter of two: it takes the first back and sends the other, and neither is a key.
        send("Pitch", { key: "Backspace", code: "Backspace" }, { key: "â", code: "" }),
        // Two presses at once are one answer. The number pad without NumLock.
        send("Pitch", { key: "End", code: "Numpad1" }, { key: "End", code: "Numpad1" }),
        at("Save"),
        { trigger: ".o_mobifone_trail:not(:has([data-voided=true]))" },
        send("Save", { key: "Enter", code: "Enter", repeat: true }),
        { content: "a held Enter saves nothing", trigger: title("Save") },
        send("Save", { key: "Backspace", code: "Backspace" }),
        at("Pitch"),
        send("Pitch", { key: "2", code: "Numpad2" }),
        at("Ask_job"),
        ...endEarly("Ask_job"),
    ],
});

const { XMLHttpRequest } = browser;
/** What is asked of the desk gets nowhere. */
class LostRequest extends XMLHttpRequest {
    open(method, url) {
        this.isLost = url.includes("mobifone.desk");
        super.open(...arguments);
    }

    send() {
        if (this.isLost) {
            setTimeout(() => this.dispatchEvent(new Event("error")));
        } else {
            super.send(...arguments);
        }
    }
}

registry.category("web_tour.tours").add("mobifone_call_connection", {
    steps: () => [
        ...enter(OPEN, "9090"),
        at("Matter"),
        {
            trigger: title("Matter"),
            run() {
                browser.XMLHttpRequest = LostRequest;
            },
        },
        press("Matter", "1"),
        { content: "why, near the answers", trigger: ".o_mobifone_step_error .fa" },
        { trigger: ".o_mobifone_lost" },
        {
            content: "it goes out again by itself",
            trigger: title("Matter"),
            run() {
                browser.XMLHttpRequest = XMLHttpRequest;
            },
        },
        at("Pitch"),
        { trigger: ".o_mobifone_call:not(:has(.o_mobifone_lost))" },
        { trigger: ".o_mobifone_step_error:not(:has(.fa))" },
        ...endEarly("Pitch"),
    ],
});

registry.category("web_tour.tours").add("mobifone_script_trial", {
    steps: () => [
        at("Matter"),
        { trigger: ".o_mobifone_trial_banner" },
        press("Matter", "1"),
        press("Pitch", "1"),
        press("Save", "Enter"),
        at("Ask_job"),
        { trigger: ".o_mobifone_trail li[data-result=ok]" },
        press("Ask_job", "1"),
        inField("edit 3"),
        chosen(3),
        inField("press Enter"),
        at("End_sent"),
        press("End_sent", "Backspace"),
        focusIsOn(title("Job"), ".o_mobifone_option_input"),
        { trigger: ".o_mobifone_trail[data-count='4']" },
        { trigger: ".o_mobifone_sample", run: "select other_network" },
        at("Matter"),
        { trigger: ".o_mobifone_trail[data-count='0']" },
        press("Matter", "1"),
        at("End_done"),
        press("End_done", "Enter"),
        at("Matter"),
    ],
});
