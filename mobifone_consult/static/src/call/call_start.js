import { Component, onMounted, useExternalListener, useRef } from "@odoo/owl";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { useBus, useService } from "@web/core/utils/hooks";
import { formatMoment } from "../desk/desk_format";
import { moveFocus } from "../desk/move_focus";
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
        onStop: Function, // stop trying
    };

    setup() {
        this.ui = useService("ui");
        this.root = useRef("root");
        this.formatMoment = formatMoment;
        useHotkey("escape", () => {
            this.props.onStop();
            this.focusNumber();
        });
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
        } else {
            moveFocus(this.root.el, ev, ".o_mobifone_number, .o_mobifone_go_on");
        }
    }

    /** The Enter that looked a number up must not go on with another call. */
    onButtonKeydown(ev) {
        if (ev.key === "Enter" && ev.repeat) {
            ev.preventDefault();
        }
    }
}
