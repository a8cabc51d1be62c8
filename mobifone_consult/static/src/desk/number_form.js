import { Component, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";

const HOTLINES = ["1090", "9090", "18001090"];
// An agent works on one hotline for hours: it is chosen once, not with every caller.
const HOTLINE_KEY = "mobifone_consult.hotline";

/** The caller's number and the hotline he dialled; Enter sends them. */
export class NumberForm extends Component {
    static template = "mobifone_consult.NumberForm";
    static props = {
        query: Object, // state of the owner: number, hotline, error, busy
        isSearching: Boolean,
        onSearch: Function,
        slots: { type: Object, optional: true },
    };

    setup() {
        this.hotlines = HOTLINES;
        this.query = useState(this.props.query);
        this.query.hotline ||= browser.sessionStorage.getItem(HOTLINE_KEY) || "";
    }

    /** A held Enter is the one that finished the call before, or looked this number up already. */
    onKeydown(ev) {
        if (ev.key === "Enter" && ev.repeat) {
            ev.preventDefault();
        }
    }

    onHotlineChange() {
        browser.sessionStorage.setItem(HOTLINE_KEY, this.query.hotline);
    }
}
