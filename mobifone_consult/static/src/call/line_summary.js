import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { ICONS, LABELS, formatDay, shownNumber } from "../desk/desk_format";
import { requestIcon } from "../papers/request_line";

/** The line in a few rows, beside the script. */
export class LineSummary extends Component {
    static template = "mobifone_consult.LineSummary";
    static props = {
        line: Object, // as mobifone.desk.call_line answers
        tools: { type: Array, optional: true }, // of useLineTools
    };

    get number() {
        return shownNumber(this.props.line);
    }

    get rows() {
        const { line, app, registration, consult, occupation, found } = this.props.line;
        const consultRow = {
            key: "consult",
            label: _t("Customer consult"),
            value: consult.reason,
            icon: consult.allowed ? "fa-check-circle text-success" : "fa-ban text-danger",
        };
        if (!found) {
            return [consultRow];
        }
        const missing = registration.missing.map((item) => item.label).join(", ");
        return [
            { key: "app", label: _t("My MobiFone app"), value: this.appText(app), icon: ICONS.app[app.status] },
            {
                key: "device_class",
                label: _t("Handset"),
                value: LABELS.device_class[line.device_class] || _t("Unknown"),
            },
            {
                key: "line_status",
                label: _t("Line status"),
                value: [
                    LABELS.line_status[line.line_status],
                    LABELS.payment_mode[line.payment_mode],
                    line.is_nice_number && _t("Nice number"),
                ]
                    .filter(Boolean)
                    .join(", "),
                icon: ICONS.line_status[line.line_status],
            },
            {
                key: "registration",
                label: _t("Papers"),
                value: [LABELS.registration[registration.state], missing].filter(Boolean).join(": "),
                icon: ICONS.registration[registration.state],
            },
            ...this.requestRows(registration),
            consultRow,
            {
                key: "occupation",
                label: _t("Occupation"),
                value: occupation.name || occupation.reason,
                icon: occupation.allowed ? "fa-commenting-o text-success" : "fa-info-circle text-muted",
            },
        ];
    }

    requestRows({ request }) {
        return request
            ? [{ key: "request", label: _t("Update request"), value: request.text, icon: requestIcon(request) }]
            : [];
    }

    appText({ status, installed_on }) {
        if (status === "installed") {
            return installed_on ? _t("Installed on %s", formatDay(installed_on)) : _t("Installed");
        }
        return status === "not_installed" ? _t("Not installed") : _t("Unknown");
    }
}
