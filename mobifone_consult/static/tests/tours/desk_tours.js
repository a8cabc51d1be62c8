import { waitUntil } from "@odoo/hoot-dom";
import { registry } from "@web/core/registry";

// Numbers of tests/common.py. Selectors know no language: the same tours run in English and in Vietnamese.
const OPEN = "0900 091 001";
const INSTALLED = "0900091002";
const MISSING = "0900091003";
const LOCKED = "0900091005";
const NOWHERE = "0900091999";

/** The keyboard must be where the next key belongs. */
export function focusIsOn(trigger, selector) {
    return {
        content: `the keyboard is on ${selector}`,
        trigger,
        async run() {
            // It may come with the next answer of the server.
            const told = () => {
                const { tagName, className } = document.activeElement;
                return `The focus is on <${tagName} class="${className}">, not on ${selector}`;
            };
            await waitUntil(() => document.activeElement.matches(selector), { message: told, timeout: 3000 });
        },
    };
}

const desk = (action) => ({ trigger: ".o_mobifone_number", run: action });

/** Escape to the number from wherever the keyboard is, type, Enter. */
function lookUp(number) {
    return [
        { content: "back to the number", trigger: ".o_mobifone_desk:not([data-busy=lookup])", run: "press Escape" },
        focusIsOn(".o_mobifone_desk", ".o_mobifone_number"),
        desk(`edit ${number}`),
        desk("press Enter"),
    ];
}

registry.category("web_tour.tours").add("mobifone_desk_consult", {
    steps: () => [
        focusIsOn(".o_mobifone_desk .o_mobifone_number", ".o_mobifone_number"),
        ...lookUp(OPEN),
        { content: "a grey box, no history", trigger: ".o_mobifone_consult[data-shape=box][data-code=ok]" },
        { trigger: ".o_mobifone_history[data-count='0']" },
        { content: "nothing to save before the tick", trigger: ".o_mobifone_save:disabled" },
        focusIsOn(".o_mobifone_tick", ".o_mobifone_tick"),
        { content: "Enter without the tick saves nothing", trigger: ".o_mobifone_tick", run: "press Enter" },
        { trigger: ".o_mobifone_consult[data-saved=false]" },
        { trigger: ".o_mobifone_tick:not(:checked)", run: "press Space" },
        { trigger: ".o_mobifone_save:enabled" },
        { trigger: ".o_mobifone_tick:checked", run: "press Enter" },
        { content: "the red tick", trigger: ".o_mobifone_consult[data-saved=true][data-shape=tick] .o_mobifone_red_tick" },
        { content: "the SMS waits", trigger: ".o_mobifone_consult .o_mobifone_sms[data-sms=queued]" },
        { content: "the history", trigger: ".o_mobifone_history[data-count='1'] tr[data-state=open][data-sms=queued]" },
        { trigger: ".o_notification" },
        focusIsOn(".o_mobifone_desk", ".o_mobifone_number"),
        ...lookUp(OPEN),
        { content: "locked for the saver too", trigger: ".o_mobifone_consult[data-shape=tick][data-code=locked]" },
        { trigger: ".o_mobifone_history[data-count='1']" },
        { content: "an agent cancels nothing", trigger: ".o_mobifone_desk:not(:has(.o_mobifone_cancel))" },
    ],
});

registry.category("web_tour.tours").add("mobifone_desk_papers", {
    steps: () => [
        ...lookUp(MISSING),
        { trigger: ".o_mobifone_notice .o_mobifone_notice_text" },
        focusIsOn(".o_mobifone_notice", ".o_mobifone_notice_ok"),
        { content: "nothing of the line before the OK", trigger: ".o_mobifone_notice_ok", run: "press Escape" },
        { trigger: ".o_mobifone_notice:not(:has(.btn-close))" },
        { trigger: "body:not(:has(.o_mobifone_answer))" },
        { trigger: ".o_mobifone_notice_ok", run: "press Enter" },
        { trigger: "body:not(:has(.o_mobifone_notice)) .o_mobifone_line [data-fact=registration][data-value=incomplete]" },
        { trigger: ".o_mobifone_line [data-route=online]" },
        focusIsOn(".o_mobifone_tick", ".o_mobifone_tick"),
    ],
});

registry.category("web_tour.tours").add("mobifone_desk_closed", {
    steps: () => [
        ...lookUp(INSTALLED),
        { trigger: ".o_mobifone_consult[data-shape=tick][data-code=app_installed] .o_mobifone_red_tick" },
        { content: "the day of the install", trigger: ".o_mobifone_line [data-fact=app]:contains(02/01/2026)" },
        { trigger: ".o_mobifone_consult:not(:has(.o_mobifone_tick, .o_mobifone_save))" },
        focusIsOn(".o_mobifone_desk", ".o_mobifone_number"),
        ...lookUp(NOWHERE),
        { trigger: ".o_mobifone_not_found" },
        { content: "the previous line is gone", trigger: ".o_mobifone_desk:not(:has(.o_mobifone_answer))" },
        ...lookUp("09abc"),
        { content: "the error beside the field", trigger: "#o_mobifone_number_error .fa" },
        { content: "nothing of another line beside it", trigger: ".o_mobifone_desk:not(:has(.o_mobifone_not_found))" },
        { content: "the typed text is kept", trigger: ".o_mobifone_number.is-invalid:value(09abc)" },
        focusIsOn(".o_mobifone_desk", ".o_mobifone_number"),
        ...lookUp(LOCKED),
        { content: "corrected", trigger: ".o_mobifone_consult[data-shape=box]" },
        { trigger: ".o_mobifone_number:not(.is-invalid)" },
        { trigger: ".o_mobifone_reason_select", run: "select urgent_lost_phone" },
        { trigger: ".o_mobifone_exclude:enabled", run: "click" },
        { trigger: ".o_mobifone_exclusion .o_mobifone_instruction[data-stops=occupation]" },
        { trigger: ".o_mobifone_consult[data-shape=tick][data-code=excluded]" },
        { content: "nor is the occupation asked", trigger: ".o_mobifone_line [data-fact=occupation][data-allowed=false]" },
    ],
});

registry.category("web_tour.tours").add("mobifone_desk_cancel", {
    steps: () => [
        ...lookUp(LOCKED),
        { trigger: ".o_mobifone_consult[data-code=locked]" },
        { trigger: ".o_mobifone_cancel", run: "click" },
        { trigger: ".o_mobifone_cancel_confirm:disabled" },
        focusIsOn(".o_mobifone_cancel_dialog", "#o_mobifone_cancel_reason"),
        { trigger: "#o_mobifone_cancel_reason", run: "edit The customer changed his mind" },
        { trigger: "#o_mobifone_cancel_reason", run: "press Enter" },
        { content: "open again", trigger: "body:not(:has(.o_mobifone_cancel_dialog)) .o_mobifone_consult[data-shape=box]" },
        { trigger: ".o_mobifone_history[data-count='1'] tr[data-state=cancelled][data-sms=cancelled]" },
        focusIsOn(".o_mobifone_tick", ".o_mobifone_tick"),
    ],
});
