import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { Countdown } from "./countdown";
import { LABELS, formatMoment } from "./desk_format";

/**
 * The customer's consult field: a grey box to tick when the channel may consult, a red tick when it may not, plain
 * words when nobody knows (domain 1.2, D1.6).
 */
export class ConsultBox extends Component {
    static template = "mobifone_consult.ConsultBox";
    static components = { Countdown };
    static props = {
        job: Object,
        saved: { type: [Object, { value: null }] }, // {locked_until, sms} of the consult saved for this caller
        busy: String,
        mayCancel: { optional: true },
        onTick: Function,
        onSave: Function,
        onCancel: Function,
    };

    setup() {
        this.formatMoment = formatMoment;
        this.lockEnded = _t("now: press Enter on the number to look it up again");
    }

    get verdict() {
        const { saved, job } = this.props;
        return saved ? { code: "ok", reason: _t("The consult is saved.") } : job.answer.consult;
    }

    get lockedUntil() {
        return this.props.saved ? this.props.saved.locked_until : this.verdict.until;
    }

    /** "tick": red tick; "box": grey box; "unknown": words only */
    get shape() {
        if (this.props.saved) {
            return "tick";
        }
        if (this.verdict.allowed) {
            return "box";
        }
        return this.verdict.code === "app_unknown" ? "unknown" : "tick";
    }

    get smsText() {
        const { saved, job } = this.props;
        if (!saved) {
            return job.answer.sms.reason;
        }
        const why = saved.sms.verdict && saved.sms.verdict.code !== "ok" ? saved.sms.verdict.reason : "";
        return [LABELS.sms[saved.sms.state], why].filter(Boolean).join(". ");
    }

    onKeydown(ev) {
        if (ev.key !== "Enter") {
            return;
        }
        ev.preventDefault();
        // A held key is not a second decision: the Enter that looked the line up must not save it.
        if (!ev.repeat && this.props.job.ticked) {
            this.props.onSave();
        }
    }
}
