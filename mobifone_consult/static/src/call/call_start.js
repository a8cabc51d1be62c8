import { Component, onMounted, useExternalListener, useRef } from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { useBus, useService } from "@web/core/utils/hooks";
import { formatMoment } from "../desk/desk_format";
import { NumberForm } from "../desk/number_form";

/** Before a call: the next caller's number, or an open call to go on with. */
export class CallStart extends Component {
    static template = "mobifone_consult.CallStart";
    static components = { NumberForm };
    static props = {
        query: Object, // state of the owner: number, hotline, error, busy
        openCalls: Array, // as mobifone.desk.open_calls answers
        mayRetry: Boolean,
        onSearch: Function,
        onGoOn: Function,
        onRetry: Function,
    };

    setup() {
        this.ui = useService("ui");
        this.root = useRef("root");
        this.formatMoment = formatMoment;
        useHotkey("escape", () => this.focusNumber());
        // Odoo's hotkeys know no F-keys; no other key is free while the keyboard is in the number.
        useExternalListener(window, "keydown", (ev) => this.onKeydown(ev));
        onMounted(() => this.focusNumber());
        useBus(this.ui.bus, "active-element-changed", () => this.focusNumber());
    }

    focusNumber() {
        if (this.ui.activeElement === document) {
            this.root.el.querySelector(".o_mobifone_number").select();
        }
    }

    onKeydown(ev) {
        if (this.ui.activeElement !== document) {
            return;
        }
        if (ev.key === "F2" && this.props.openCalls.length) {
            ev.preventDefault();
            if (!ev.repeat) {
                this.props.onGoOn(this.props.openCalls[0].call_id);
            }
        } else if (ev.key === "ArrowDown" || ev.key === "ArrowUp") {
            this.move(ev, ev.key === "ArrowDown" ? 1 : -1);
        }
    }

    /** Up and down between the number and the open calls. */
    move(ev, by) {
        const stops = [...this.root.el.querySelectorAll(".o_mobifone_number, .o_mobifone_go_on")];
        const place = stops.indexOf(ev.target);
        if (place >= 0 && stops[place + by]) {
            ev.preventDefault();
            stops[place + by].focus();
        }
    }

    /** The Enter that looked a number up must not go on with another call. */
    onButtonKeydown(ev) {
        if (ev.key === "Enter" && ev.repeat) {
            ev.preventDefault();
        }
    }
}
