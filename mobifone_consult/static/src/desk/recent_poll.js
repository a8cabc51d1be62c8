import { onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { deserializeDateTime } from "@web/core/l10n/dates";
import { useService } from "@web/core/utils/hooks";
import { serverTime, setServerTime } from "./countdown";
import { DESK_MODEL, errorText, isPassing } from "./desk_format";

// Seconds between two questions: most messages are on their way within a minute, the others are asked about less often.
const PAUSES = [2, 3, 5, 10, 20, 30, 60];
// Reports that take longer are seen with the next look-up.
const PATIENCE = 15 * 60_000;
const PENDING = ["queued", "sending", "sent"];

/** May the state of this look-up's SMS still change soon? */
function isPending({ saved_on, sms_state, sms_after }) {
    if (!saved_on || !PENDING.includes(sms_state)) {
        return false;
    }
    const age = serverTime() - deserializeDateTime(sms_after || saved_on).toMillis();
    return age > 0 - PAUSES[0] * 1000 && age < PATIENCE;
}

/**
 * The agent's last look-ups. While an SMS of theirs is under way, its state is asked for by itself, less and less
 * often, and no more once all are settled.
 *
 * @param {Function} onSettled is told of a look-up whose SMS has just come to its end
 */
export function useRecent(onSettled) {
    const orm = useService("orm");
    const state = useState({ lookups: [], error: "" });
    let timer, asked, running;
    onWillUnmount(() => browser.clearTimeout(timer));

    function waitForNext(isLost) {
        browser.clearTimeout(timer);
        if (isLost || state.lookups.some(isPending)) {
            const pause = PAUSES[Math.min(asked++, PAUSES.length - 1)];
            timer = browser.setTimeout(() => refresh(), pause * 1000);
        }
    }

    function take({ now, lookups }) {
        setServerTime(now);
        for (const row of lookups) {
            const known = state.lookups.find((past) => past.lookup_id === row.lookup_id);
            if (known && PENDING.includes(known.sms_state) && known.sms_state !== row.sms_state) {
                asked = 0;
                if (!PENDING.includes(row.sms_state)) {
                    onSettled(row);
                }
            }
        }
        Object.assign(state, { lookups, error: "" });
    }

    /**
     * @param {number|null} lookup_id of the line on screen
     * @returns {Promise<Object[]|undefined>} its history; undefined when no answer came
     */
    async function refresh(lookup_id = null) {
        const request = (running = orm.silent.call(DESK_MODEL, "recent", [], { lookup_id }));
        try {
            const answer = await request;
            // An answer that was overtaken by a younger one tells of the past.
            if (running === request) {
                take(answer);
                waitForNext(false);
            }
            return answer.history;
        } catch (error) {
            if (running === request) {
                waitForNext(isPassing(error));
                state.error = errorText(error);
            }
        }
    }

    return {
        state,
        refresh(lookup_id) {
            asked = 0;
            return refresh(lookup_id);
        },
        of: (lookup_id) => state.lookups.find((row) => row.lookup_id === lookup_id),
    };
}
