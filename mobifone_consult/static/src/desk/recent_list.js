import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { outcomeLabel } from "../call/call_labels";
import { ICONS, LABELS, formatMoment, formatTime } from "./desk_format";

/**
 * The agent's own last look-ups and what has become of them. Numbers are masked, as the log keeps them: to see a line
 * again its number is typed again.
 */
export class RecentList extends Component {
    static template = "mobifone_consult.RecentList";
    static props = {
        rows: Array, // as mobifone.desk.recent answers
        error: String,
        onGoOn: Function, // (call_id)
        mayGoOn: Boolean, // F2 goes on with the newest open call
    };

    setup() {
        Object.assign(this, { formatMoment, formatTime, labels: LABELS, icons: ICONS });
        this.state = useState({ open: null });
    }

    onToggle(lookup_id) {
        this.state.open = this.state.open === lookup_id ? null : lookup_id;
    }

    /** The Enter that looked a number up must not open what comes under it. */
    onKeydown(ev) {
        if (ev.key === "Enter" && ev.repeat) {
            ev.preventDefault();
        }
    }

    get newestOpen() {
        return this.props.rows.find((row) => row.call_id)?.lookup_id;
    }

    resultOf({ call_id, is_cancelled, outcome, saved_on, verdict }) {
        if (call_id) {
            return _t("Call not finished");
        }
        if (saved_on) {
            return is_cancelled ? _t("Consult cancelled") : _t("Consult saved");
        }
        return outcome ? outcomeLabel(outcome) : LABELS.verdict[verdict] || "";
    }

    /** What the log allows to be told of the look-up. */
    detailsOf(row) {
        return [
            [_t("Looked up at"), formatMoment(row.looked_up_on)],
            [_t("Hotline dialled"), row.hotline],
            [_t("Result of the call"), row.outcome && outcomeLabel(row.outcome)],
            [_t("Consult saved at"), formatMoment(row.saved_on)],
            [_t("Locked until"), !row.is_cancelled && formatMoment(row.locked_until)],
            [_t("SMS goes out at"), formatMoment(row.sms_after)],
            [_t("SMS settled at"), formatMoment(row.sms_done_on)],
        ].filter(([_label, value]) => value);
    }
}
