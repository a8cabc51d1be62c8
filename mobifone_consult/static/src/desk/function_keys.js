import { useExternalListener } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";

/**
 * Odoo's hotkeys know no F-keys; no other key is free while the keyboard is in a field. Not while a dialog is open.
 *
 * @param {Object} actions name of a key → what it does
 */
export function useFunctionKeys(actions) {
    const ui = useService("ui");
    useExternalListener(window, "keydown", (ev) => {
        const isPlain = !(ev.ctrlKey || ev.altKey || ev.metaKey || ev.shiftKey);
        if (actions[ev.key] && isPlain && ui.activeElement === document && !ui.isBlocked) {
            ev.preventDefault();
            if (!ev.repeat) {
                actions[ev.key]();
            }
        }
    });
}
