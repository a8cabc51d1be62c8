import { onWillUnmount, useExternalListener } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { ConnectionAbortedError } from "@web/core/network/rpc";
import { isPassing, lostText } from "./desk_format";

// Seconds before a request goes out again; the last holds for all that follow.
const PAUSES = [1, 2, 3, 5];
// Who gets no answer for so long has lost the connection without being told.
const TIME_LIMIT = 20_000;
const PATIENCE = 10 * 60_000;

/** The answer of a request, or an error when none comes in time. */
async function answerInTime(promise) {
    let timer;
    const late = new Promise((_resolve, reject) => {
        timer = browser.setTimeout(() => {
            promise.abort?.(false);
            reject(new ConnectionAbortedError("no answer in time"));
        }, TIME_LIMIT);
    });
    try {
        return await Promise.race([promise, late]);
    } finally {
        browser.clearTimeout(timer);
    }
}

/**
 * Sends requests one at a time. What gets lost on the way, or finds the server away, is said in `state.lost` and goes
 * out again by itself until it is answered or the agent stops it.
 *
 * Only for what may be sent twice: the desk's methods answer the second of two equal requests with what the first one
 * did. A look-up is the exception: it is logged once for each answer that was made, also for one that never arrived.
 *
 * @param {Object} state of the owner: busy (what is under way), lost (why it takes so long; "" otherwise)
 */
export function useSender(state) {
    let wake = null; // ends the pause before the next attempt
    let isStopped = false;

    function pause(seconds) {
        return new Promise((resolve) => {
            const timer = browser.setTimeout(() => wake(), seconds * 1000);
            wake = () => {
                browser.clearTimeout(timer);
                wake = null;
                resolve();
            };
        });
    }

    /**
     * @param {string} busy names what is under way
     * @param {Function} request sends it; called for each attempt
     */
    async function send(busy, request) {
        Object.assign(state, { busy, lost: "" });
        isStopped = false;
        const since = Date.now();
        try {
            for (let attempt = 0; ; attempt++) {
                try {
                    return await answerInTime(request());
                } catch (error) {
                    if (!isPassing(error) || isStopped || Date.now() - since > PATIENCE) {
                        throw error;
                    }
                    state.lost = lostText(error);
                    await pause(PAUSES[Math.min(attempt, PAUSES.length - 1)]);
                    if (isStopped) {
                        throw error;
                    }
                }
            }
        } finally {
            Object.assign(state, { busy: "", lost: "" });
        }
    }

    function retry() {
        wake?.();
    }

    function stop() {
        isStopped = true;
        wake?.();
    }

    useExternalListener(window, "online", retry);
    onWillUnmount(stop);
    return { send, retry, stop };
}
