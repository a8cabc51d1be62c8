/** Up and down between the number and what stands below it: `stops` is a selector of them, in the order of the page. */
export function moveFocus(root, ev, stops) {
    if (ev.key !== "ArrowDown" && ev.key !== "ArrowUp") {
        return;
    }
    const elements = [...root.querySelectorAll(stops)];
    const place = elements.indexOf(ev.target);
    const next = elements[place + (ev.key === "ArrowDown" ? 1 : -1)];
    if (place >= 0 && next) {
        ev.preventDefault();
        next.focus();
    }
}
