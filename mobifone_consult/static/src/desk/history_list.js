import { Component } from "@odoo/owl";
import { ICONS, LABELS, formatMoment } from "./desk_format";

export class HistoryList extends Component {
    static template = "mobifone_consult.HistoryList";
    static props = {
        rows: { type: [Array, { value: null }] }, // null while they are fetched
        error: String,
        onRetry: Function,
    };

    setup() {
        this.formatMoment = formatMoment;
        this.icons = ICONS;
        this.labels = LABELS;
    }
}
