import { Component } from "@odoo/owl";
import { LABELS, formatMoment } from "./desk_format";

/**
 * The customer's consult field: a grey box to tick when the channel may consult, a red tick when it may not, plain
 * words when nobody knows (domain 1.2, D1.6).
 */
export class ConsultBox extends Component {
    static template = "mobifone_consult.ConsultBox";
    static props = {
        job: Object,
        busy: String,
        mayCancel: { optional: true },
        onTick: Function,
        onSave: Function,
        onCancel: Function,
    };

    setup() {
        this.formatMoment = formatMoment;
    }

    get verdict() {
        const { answer, saved } = this.props.job;
        return saved ? saved.verdict : answer.consult;
    }

    /** "tick": red tick; "box": grey box; "unknown": words only */
    get shape() {
        if (this.props.job.saved) {
            return "tick";
        }
        if (this.verdict.allowed) {
            return "box";
        }
        return this.verdict.code === "app_unknown" ? "unknown" : "tick";
    }

    get smsText() {
        const { saved, answer } = this.props.job;
        if (!saved) {
            return answer.sms.reason;
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
