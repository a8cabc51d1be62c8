const NAMED = ["enter", "backspace", "escape", "arrowup", "arrowdown"];

/**
 * The key of a screen without text fields: "1" to "9", "a" to "z", "enter", "backspace", "escape", "arrowup",
 * "arrowdown"; "" for everything else.
 *
 * CapsLock, the number pad (also without NumLock) and layouts with other signs on the digits (Vietnamese: 1 is ă) make
 * no difference: where the sign is none of ours, the place on the keyboard tells the key.
 *
 * @param {KeyboardEvent} ev
 */
export function pressedKey(ev) {
    if (!ev.key || ev.isComposing || ev.ctrlKey || ev.altKey || ev.metaKey) {
        return "";
    }
    const sign = ev.key.toLowerCase();
    if (NAMED.includes(sign) && !/^Numpad\d$/.test(ev.code)) {
        return sign;
    }
    if (/^[a-z0-9]$/.test(sign)) {
        return sign;
    }
    const place = /^(?:Key|Digit|Numpad)([A-Z0-9])$/.exec(ev.code);
    return place && !ev.shiftKey ? place[1].toLowerCase() : "";
}

/** Is somebody typing there? Then keys are text, not answers. */
export function isTextField(element) {
    return (
        element instanceof HTMLElement &&
        (element.matches("input, textarea, select") || element.isContentEditable)
    );
}
