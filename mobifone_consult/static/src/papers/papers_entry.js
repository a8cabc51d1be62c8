import { plainWords } from "../call/option_field";

const ADDRESS = ["province", "ward", "street"];

/**
 * What was filled in of an update request: values and photos by the name of the field, and what the server said of
 * them. It belongs to the line on screen: a form that is opened again still has it, the next caller's has not.
 */
export function newEntry() {
    return {
        values: {},
        photos: {}, // {fileName, source: data URL, isKept: in the server's draft, isBroken: no browser shows it}
        errors: {},
        warnings: {},
        refusals: 0, // how often something was marked
    };
}

/** A paper without a back needs no photo of it. */
export function shownFields(fields, { values }) {
    const paper = chosenOption(fields, values, "document_type");
    return fields.filter((field) => field.name !== "id_back" || !paper || paper.has_back);
}

export function chosenOption(fields, values, name) {
    const options = fields.find((field) => field.name === name)?.options || [];
    return options.find((option) => String(option.value) === values[name]);
}

/** Nearly every customer's; its name is as the server writes it in the user's language. */
export function fillNationality(fields, { values }) {
    const field = fields.find((item) => item.name === "nationality");
    if (field && !field.given && values.nationality === undefined) {
        values.nationality = field.suggestions.find((name) => plainWords(name).join("") === "vietnam") || "";
    }
}

/** The filled fields as the server takes them; photos that it has already are not sent twice. */
export function valuesToSend(fields, entry) {
    const sent = {};
    for (const { name, type } of shownFields(fields, entry)) {
        const value = type === "photo" ? newPhoto(entry.photos[name]) : entry.values[name];
        if (value) {
            sent[name] = value;
        }
    }
    return sent;
}

function newPhoto(photo) {
    return photo && !photo.isKept ? photo.source : "";
}

/** Mark what `submit_registration` said to be wrong, missing or doubtful. */
export function markAnswer(fields, entry, { registration_id, errors, missing, warnings }) {
    entry.errors = Object.fromEntries(errors.map(({ field, message }) => [field, message]));
    for (const { code, message } of missing) {
        for (const name of code === "address" ? emptyAddress(fields, entry) : [code]) {
            entry.errors[name] ??= message;
        }
    }
    entry.warnings = {};
    for (const { field, message } of warnings) {
        entry.warnings[field] = [entry.warnings[field], message].filter(Boolean).join(" ");
    }
    for (const name in entry.photos) {
        entry.photos[name].isKept = Boolean(registration_id) && !entry.errors[name];
    }
    countRefusal(entry);
}

function countRefusal(entry) {
    entry.refusals += Object.keys(entry.errors).length ? 1 : 0;
}

function emptyAddress(fields, { values }) {
    const isGiven = (name) => fields.some((field) => field.name === name && field.given);
    const empty = ADDRESS.filter((name) => !values[name]?.trim() && !isGiven(name));
    return empty.length ? empty : ADDRESS;
}

/**
 * Mark what a step's refusal says to be wrong, line by line: "label: message".
 *
 * @returns {string} the lines that are about no field
 */
export function markRefusal(fields, entry, text) {
    const others = [];
    entry.errors = {};
    for (const line of text.split("\n")) {
        const field = fields.find(({ label }) => line.startsWith(`${label}: `));
        if (field) {
            entry.errors[field.name] = line.slice(field.label.length + 2);
        } else {
            others.push(line);
        }
    }
    countRefusal(entry);
    return others.join("\n");
}
