import { onMounted, onWillUnmount } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { formatNumber } from "../desk/desk_format";

const DESK_ACTION = "mobifone_consult.mobifone_desk_action";
const ANNOUNCED = "mobifone_consult/pop";
const TAKEN = "mobifone_consult/pop_taken";
const KEY = "F6";
// So long a notice stays when nobody answers it: by then the server has forgotten the call.
const NOTICE_LIFE = 5 * 60 * 1000;

/**
 * Calls that a telephone exchange announced to this user (docs/screen-pop.md). All the browser is told is an opaque id.
 * A desk with nothing on it opens the caller's line by itself; from whoever works on something nothing is taken: he sees
 * a notice, and one key opens the line when he likes.
 */
export const callPopService = {
    dependencies: ["action", "bus_service", "notification", "ui"],

    start(env, { action, bus_service, notification, ui }) {
        let desk = null; // the desk on screen: {isIdle(), open(id)}
        let waiting = new URLSearchParams(browser.location.search).get("pop");
        let closeNotice = () => {};

        bus_service.subscribe(ANNOUNCED, ({ id }) => {
            waiting = id;
            // After what came with it: a window that connects late is told of calls that another has taken.
            browser.setTimeout(() => {
                if (waiting !== id) {
                    return;
                }
                if (desk?.isIdle()) {
                    open();
                } else {
                    showNotice();
                }
            });
        });
        bus_service.subscribe(TAKEN, ({ id }) => {
            if (waiting === id) {
                forget();
            }
        });
        browser.addEventListener("keydown", (ev) => {
            const isPlain = !(ev.ctrlKey || ev.altKey || ev.metaKey || ev.shiftKey);
            if (waiting && ev.key === KEY && isPlain) {
                ev.preventDefault();
                if (!ev.repeat) {
                    open();
                }
            }
        });

        function forget() {
            waiting = "";
            closeNotice();
        }

        function showNotice() {
            closeNotice();
            const id = waiting;
            const timer = browser.setTimeout(() => close(), NOTICE_LIFE);
            const close = notification.add(_t("Press F6 to open the caller's number."), {
                title: _t("Incoming call"),
                type: "info",
                sticky: true,
                className: "o_mobifone_pop",
                buttons: [{ name: _t("Open (F6)"), primary: true, onClick: open }],
                onClose: () => {
                    browser.clearTimeout(timer);
                    waiting = waiting === id ? "" : waiting;
                },
            });
            closeNotice = close;
        }

        async function open() {
            if (ui.isBlocked || ui.activeElement !== document) {
                notification.add(_t("Close what is open on the screen first."), { type: "warning" });
                return;
            }
            if (!desk) {
                // The desk takes the call as it comes on screen (attach).
                await action.doAction(DESK_ACTION);
                return;
            }
            if (desk.isBusy()) {
                return;
            }
            const id = waiting;
            forget();
            await desk.open(id);
        }

        return {
            attach(screen) {
                desk = screen;
                if (waiting) {
                    open();
                }
            },
            detach(screen) {
                desk = desk === screen ? null : desk;
            },
        };
    },
};

registry.category("services").add("mobifone_consult.call_pop", callPopService);

/** @param {Object} desk that calls are opened on: a component with `state` and `lookupBy` */
export function useCallPop(desk) {
    const pops = useService("mobifone_consult.call_pop");
    const ui = useService("ui");
    const { state } = desk;
    const screen = {
        isBusy: () => Boolean(state.busy),
        isIdle: () => !state.busy && !state.job && !state.number.trim() && ui.activeElement === document,
        async open(pop_id) {
            state.number = "";
            await desk.lookupBy("take_pop", { pop_id });
            const answer = state.job?.answer;
            if (answer) {
                state.number = formatNumber(answer.number);
                state.hotline = answer.hotline || state.hotline;
            }
        },
    };
    onMounted(() => pops.attach(screen));
    onWillUnmount(() => pops.detach(screen));
}
