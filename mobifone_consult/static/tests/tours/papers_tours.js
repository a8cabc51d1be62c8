import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { focusIsOn } from "./desk_tours";

// Numbers of tests/common.py and papers_common.py. Selectors know no language.
const MISSING = "0900091003";
const OPEN = "0900091001";
const DESK = "body:not(:has(.o_dialog)) .o_mobifone_desk";
const DIALOG = ".o_mobifone_registration_dialog";
// In the dialog, or in a step of a script.
const FORM = ".o_mobifone_registration_form";

const field = (name) => `${FORM} [data-field=${name}]`;

/** Type, and go on by Enter: the keyboard is in the field already. */
const typed = (name, text) => [
    focusIsOn(field(name), `[data-field=${name}]`),
    { trigger: field(name), run: `edit ${text}` },
    { trigger: field(name), run: "press Enter" },
];

const selected = (name, value) => [
    focusIsOn(field(name), `[data-field=${name}]`),
    { trigger: field(name), run: `select ${value}` },
    { trigger: field(name), run: "press Enter" },
];

const passed = (name) => [
    focusIsOn(field(name), `[data-field=${name}]`),
    { trigger: field(name), run: "press Enter" },
];

/** A drawn photo, as if it had been chosen in the browser's dialog. */
async function choose(input, fileName, size = [900, 600]) {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = size;
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#dde6f0";
    pen.fillRect(0, 0, ...size);
    pen.fillStyle = "#203a70";
    pen.fillRect(60, 60, 300, 200);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg"));
    const transfer = new DataTransfer();
    transfer.items.add(new File([blob], fileName, { type: "image/jpeg" }));
    input.files = transfer.files;
    input.dispatchEvent(new Event("change"));
}

const photo = (name, size) => [
    {
        content: `a photo for ${name}`,
        trigger: `${FORM} .o_mobifone_photo_label[for$=${name}]`,
        run: () => choose(document.querySelector(field(name)), `${name}.jpg`, size),
    },
    { content: "its preview", trigger: `${FORM} [data-name=${name}] .o_mobifone_photo_box[data-photo=new] img` },
];

const wrong = (name) => ({
    content: `${name} is marked`,
    trigger: `${FORM} [data-name=${name}]:has([aria-invalid=true]) .o_mobifone_paper_error .fa`,
});

const right = (name) => ({
    content: `${name} is not marked`,
    trigger: `${FORM} [data-name=${name}]:has([aria-invalid=false]):not(:has(.o_mobifone_paper_error))`,
});

/** The line on the desk, the notice answered where papers are missing. */
function lookUp(number, hasNotice = true) {
    return [
        { trigger: ".o_mobifone_desk .o_mobifone_number", run: `edit ${number}` },
        { trigger: ".o_mobifone_number", run: "press Enter" },
        ...(hasNotice ? [{ trigger: ".o_mobifone_notice_ok", run: "press Enter" }] : []),
        focusIsOn(`${DESK} .o_mobifone_consult`, ".o_mobifone_tick"),
    ];
}

const onTick = (key) => ({ content: `${key} on the desk`, trigger: `${DESK} .o_mobifone_tick`, run: `press ${key}` });

const submit = (name) => ({ content: "Ctrl+Enter submits", trigger: field(name), run: "press Control+Enter" });

registry.category("web_tour.tours").add("mobifone_papers_submit", {
    steps: () => [
        ...lookUp(MISSING),
        onTick("F4"),
        ...typed("full_name", "Khách Hàng Mẫu Một"),
        ...typed("birth_date", "15031990"),
        ...selected("gender", "female"),
        { content: "nearly every customer's", trigger: `${field("nationality")}:value(/^vi.t\\s?nam$/i)` },
        ...passed("nationality"),
        ...typed("province", "Hà Nội"),
        ...passed("district"),
        ...typed("ward", "Phường Mẫu"),
        ...passed("street"),
        ...passed("occupation"),
        { content: "a passport has no back", trigger: field("document_type"), run: "select passport" },
        { trigger: `${DIALOG}:not(:has([data-field=id_back]))` },
        ...selected("document_type", "cccd"),
        { trigger: field("id_back") },
        ...typed("document_number", "123"),
        ...typed("document_date", "20/05/2021"),
        ...typed("document_place", "Cục Mẫu"),
        ...photo("id_front"),
        ...photo("id_back"),
        ...passed("id_front"),
        ...passed("id_back"),
        ...passed("portrait"),
        ...passed("consent"),
        focusIsOn(`${DIALOG}:has([data-name=id_back] img)`, ".o_mobifone_registration_submit"),
        { content: "closed by Escape", trigger: ".o_mobifone_registration_submit", run: "press Escape" },
        { content: "what was typed is still there", ...onTick("F4") },
        { trigger: `${field("full_name")}:value(Khách Hàng Mẫu Một)` },
        focusIsOn(`${DIALOG} [data-name=id_back] img`, "[data-field=street]"),
        submit("street"),
        wrong("document_number"),
        wrong("consent"),
        right("full_name"),
        focusIsOn(`${DIALOG} .o_mobifone_dialog_error`, "[data-field=document_number]"),
        { content: "corrected", trigger: field("document_number"), run: "edit 001190123456" },
        right("document_number"),
        ...["document_number", "document_date", "document_place"].flatMap(passed),
        ...["id_front", "id_back", "portrait"].flatMap(passed),
        { trigger: field("consent"), run: "press Space" },
        { content: "the consent is given", trigger: `${field("consent")}:checked` },
        right("consent"),
        submit("consent"),
        { content: "saved as a draft", trigger: `${DIALOG} .o_mobifone_dialog_draft` },
        wrong("portrait"),
        { content: "of the address what is missing", ...wrong("street") },
        right("ward"),
        ...typed("street", "Số 1 đường Mẫu"),
        { content: "it is with the server", trigger: `${DIALOG} [data-name=id_back] .o_mobifone_paper_given` },
        { trigger: `${DIALOG} [data-name=id_back]:not(:has(.o_mobifone_photo_remove))` },
        ...photo("portrait"),
        right("portrait"),
        submit("portrait"),
        { trigger: `${DESK} .o_mobifone_line .o_mobifone_request[data-state=submitted][data-overdue=false] .fa` },
        { trigger: ".o_notification" },
        focusIsOn(DESK, ".o_mobifone_tick"),
        onTick("F4"),
        { content: "it waits for its decision", trigger: `${DIALOG} .o_mobifone_refusal[data-code=pending]` },
        focusIsOn(DIALOG, ".btn-primary"),
        { trigger: `${DIALOG} .btn-primary`, run: "press Escape" },
        focusIsOn(DESK, ".o_mobifone_tick"),
    ],
});

registry.category("web_tour.tours").add("mobifone_papers_draft", {
    steps: () => [
        ...lookUp(MISSING),
        { trigger: `${DESK} .o_mobifone_request[data-state=draft]` },
        { content: "by the button too", trigger: ".o_mobifone_update_papers", run: "click" },
        { content: "told, not what it says", trigger: `${DIALOG} [data-name=full_name] .o_mobifone_paper_given` },
        { trigger: `${field("full_name")}:value()` },
        { trigger: `${DIALOG} [data-name=id_front] .o_mobifone_photo_box[data-photo=given]` },
        focusIsOn(DIALOG, "[data-field=portrait]"),
        ...photo("portrait", [300, 200]),
        { content: "taken back, chosen again", trigger: `${DIALOG} .o_mobifone_photo_remove`, run: "click" },
        focusIsOn(`${DIALOG} [data-name=portrait] [data-photo=none]`, "[data-field=portrait]"),
        ...photo("portrait", [300, 200]),
        ...passed("portrait"),
        { trigger: field("consent"), run: "press Space" },
        { trigger: `${field("consent")}:checked`, run: "press Enter" },
        focusIsOn(DIALOG, ".o_mobifone_registration_submit"),
        { trigger: ".o_mobifone_registration_submit", run: "click" },
        { trigger: `${DESK} .o_mobifone_request[data-state=submitted]` },
        { content: "the photo is small", trigger: ".o_notification .o_notification_title, .o_notification_bar.bg-warning" },
    ],
});

registry.category("web_tour.tours").add("mobifone_papers_nice", {
    steps: () => [
        ...lookUp(MISSING),
        { trigger: `${DESK} [data-route=main_store]` },
        onTick("F4"),
        { content: "why no form", trigger: `${DIALOG}:not(:has(form)) .o_mobifone_refusal[data-code=main_store]` },
        focusIsOn(DIALOG, ".btn-primary"),
        { trigger: `${DIALOG} .btn-primary`, run: "press Enter" },
        focusIsOn(DESK, ".o_mobifone_tick"),
    ],
});

registry.category("web_tour.tours").add("mobifone_papers_feedback", {
    steps: () => [
        focusIsOn(DESK, ".o_mobifone_number"),
        { content: "no line, nothing to say", trigger: ".o_mobifone_number", run: "press F8" },
        ...lookUp(OPEN, false),
        onTick("F8"),
        focusIsOn(".o_mobifone_feedback_dialog", "#o_mobifone_feedback_text"),
        { trigger: "#o_mobifone_feedback_text", run: "press Control+Enter" },
        { content: "write first", trigger: ".o_mobifone_feedback_dialog [role=alert]" },
        focusIsOn(".o_mobifone_feedback_dialog", "#o_mobifone_feedback_text"),
        { trigger: "#o_mobifone_feedback_text", run: "edit Gửi giấy tờ đã 3 ngày chưa duyệt" },
        { trigger: "#o_mobifone_feedback_text", run: "press Control+Enter" },
        { trigger: `${DESK}:not(:has(.o_mobifone_feedback_dialog))` },
        { trigger: ".o_notification" },
        focusIsOn(DESK, ".o_mobifone_tick"),
        onTick("F8"),
        { trigger: "#o_mobifone_feedback_text", run: "edit Thôi" },
        { content: "Escape keeps nothing", trigger: "#o_mobifone_feedback_text", run: "press Escape" },
        focusIsOn(DESK, ".o_mobifone_tick"),
    ],
});

const { XMLHttpRequest } = browser;
/** What is answered in a call gets nowhere. */
class LostAnswer extends XMLHttpRequest {
    open(method, url) {
        this.isLost = url.includes("mobifone.desk/answer");
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

const connect = (request) => ({
    trigger: FORM,
    run() {
        browser.XMLHttpRequest = request;
    },
});

const STEP_ERROR = ".o_mobifone_step_error .fa";

registry.category("web_tour.tours").add("mobifone_papers_call", {
    steps: () => [
        { trigger: ".o_mobifone_hotline", run: "select 9090" },
        { trigger: ".o_mobifone_number", run: `edit ${MISSING}` },
        { trigger: ".o_mobifone_number", run: "press Enter" },
        { trigger: ".o_mobifone_notice_ok", run: "press Enter" },
        { content: "beside the script", trigger: ".o_mobifone_step_title:contains(/^Matter$/)", run: "press F4" },
        ...typed("full_name", "Khách Hàng Mẫu Một"),
        { trigger: field("birth_date"), run: "press Escape" },
        { trigger: `body:not(:has(${FORM})) .o_mobifone_step_title`, run: "press 1" },
        { content: "the script goes on with what was typed", trigger: `${field("full_name")}:value(Khách Hàng Mẫu Một)` },
        focusIsOn(`.o_mobifone_step ${FORM}`, "[data-field=birth_date]"),
        { content: "no second form", trigger: field("birth_date"), run: "press F4" },
        focusIsOn("body:not(:has(.o_dialog))", "[data-field=full_name]"),
        ...passed("full_name"),
        { trigger: field("birth_date"), run: "edit 31/02/1990" },
        connect(LostAnswer),
        submit("birth_date"),
        { content: "not sent, nothing lost", trigger: `.o_mobifone_step:has(${STEP_ERROR}) ${field("birth_date")}:value(31/02/1990)` },
        right("birth_date"),
        connect(XMLHttpRequest),
        submit("birth_date"),
        wrong("birth_date"),
        wrong("consent"),
        right("full_name"),
        focusIsOn(`.o_mobifone_step:has(${STEP_ERROR})`, "[data-field=birth_date]"),
        ...typed("birth_date", "15/03/1990"),
        ...selected("gender", "female"),
        ...passed("nationality"),
        ...typed("province", "Hà Nội"),
        ...passed("district"),
        ...typed("ward", "Phường Mẫu"),
        ...typed("street", "Số 1 đường Mẫu"),
        ...passed("occupation"),
        ...selected("document_type", "passport"),
        ...typed("document_number", "B1234567"),
        ...typed("document_date", "20/05/2021"),
        ...typed("document_place", "Cục Mẫu"),
        ...photo("id_front"),
        ...photo("portrait"),
        ...passed("id_front"),
        ...passed("portrait"),
        { trigger: field("consent"), run: "press Space" },
        { trigger: `${field("consent")}:checked`, run: "press Enter" },
        focusIsOn(".o_mobifone_step", ".o_mobifone_answer_button[data-submits=true]"),
        { trigger: ".o_mobifone_answer_button[data-submits=true]", run: "press Enter" },
        { trigger: ".o_mobifone_step_title:contains(/^End_done$/)" },
        { trigger: ".o_mobifone_summary [data-fact=request] .fa-clock-o" },
        { content: "its feedback too", trigger: ".o_mobifone_step_title", run: "press F8" },
        { trigger: "#o_mobifone_feedback_text", run: "edit Cần duyệt sớm" },
        { trigger: "#o_mobifone_feedback_text", run: "press Control+Enter" },
        focusIsOn("body:not(:has(.o_dialog)) .o_mobifone_step", ".o_mobifone_step_title"),
        { trigger: ".o_notification" },
    ],
});
