import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { requestIcon } from "../papers/request_line";
import { ICONS, LABELS, formatDay, formatMoment, shownNumber } from "./desk_format";

/** What is known of the line: the facts, the app, the papers, the occupation. */
export class LineCard extends Component {
    static template = "mobifone_consult.LineCard";
    static props = {
        answer: Object,
        tools: Array, // of useLineTools
        history: { type: [Array, { value: null }] }, // the last consults, where no list of them is beside the card
    };

    setup() {
        this.formatMoment = formatMoment;
        this.shownNumber = shownNumber;
        this.requestIcon = requestIcon;
        this.icons = ICONS;
        this.labels = LABELS;
    }

    get facts() {
        const { line } = this.props.answer;
        const label = (key) => LABELS[key][line[key]] || _t("Unknown");
        const held = [line.commitment_type, line.owner_unit].filter(Boolean).join(" · ");
        return [
            { key: "payment_mode", label: _t("Payment"), value: label("payment_mode") },
            {
                key: "line_status",
                label: _t("Line status"),
                value: label("line_status"),
                icon: ICONS.line_status[line.line_status],
            },
            { key: "device_class", label: _t("Handset"), value: label("device_class") },
            { key: "usage_class", label: _t("Line class"), value: label("usage_class") },
            {
                key: "is_nice_number",
                label: _t("Nice number"),
                value: line.is_nice_number ? _t("Yes") : _t("No"),
                icon: line.is_nice_number && "fa-star text-warning",
                hint: held,
            },
            {
                key: "carrier",
                label: _t("Carrier"),
                value: line.carrier_by_prefix || _t("Unknown"),
                hint: _t("by prefix"),
            },
        ];
    }

    get appText() {
        const { status, installed_on } = this.props.answer.app;
        if (status === "installed") {
            return installed_on
                ? _t("App installed on %s", formatDay(installed_on))
                : _t("App installed, date not known");
        }
        return status === "not_installed"
            ? _t("Does not use the My MobiFone app")
            : _t("Not known whether the app is installed");
    }
}
