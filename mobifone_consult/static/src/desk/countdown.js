import { Component, onWillUnmount, useState, xml } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { deserializeDateTime } from "@web/core/l10n/dates";

// How far the server's clock is ahead of this computer's, in milliseconds: the server decides when a lock ends.
let ahead = 0;

/** @param {string} now the server's time (UTC) */
export function setServerTime(now) {
    ahead = deserializeDateTime(now).toMillis() - Date.now();
}

/** Milliseconds since the epoch, by the server's clock. */
export function serverTime() {
    return Date.now() + ahead;
}

/** What is left until a moment, second by second: 23:59:07. Screen readers are not told each second. */
export class Countdown extends Component {
    static template = xml`
        <span class="o_mobifone_countdown" role="timer" t-att-data-ended="text ? 'false' : 'true'"
            t-out="text || props.ended"/>`;
    static props = {
        until: String, // UTC
        ended: { type: String, optional: true }, // what to say then
    };
    static defaultProps = { ended: "" };

    setup() {
        this.state = useState({ now: serverTime() });
        const timer = browser.setInterval(() => (this.state.now = serverTime()), 1000);
        onWillUnmount(() => browser.clearInterval(timer));
    }

    get text() {
        const left = Math.ceil((deserializeDateTime(this.props.until).toMillis() - this.state.now) / 1000);
        if (left <= 0) {
            return "";
        }
        const [hours, minutes, seconds] = [Math.floor(left / 3600), Math.floor(left / 60) % 60, left % 60];
        return [hours, minutes, seconds].map((part) => String(part).padStart(2, "0")).join(":");
    }
}
