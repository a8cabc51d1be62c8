import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { changedParts } from "./changed_parts";

const ICONS = {
    added: "fa-plus text-success",
    removed: "fa-minus text-danger",
    changed: "fa-pencil text-muted",
};
const WHAT = {
    kind: _t("Kind"),
    section: _t("Section"),
    title: _t("Title"),
    text: _t("Text"),
    act: _t("What it does"),
    form: _t("Form"),
    outcome: _t("Outcome"),
    exclusion: _t("Reason"),
};

/** What a version changes of the live one. */
export class ScriptDifference extends Component {
    static template = "mobifone_consult.ScriptDifference";
    static props = { ...standardFieldProps };

    get changes() {
        let before = null;
        return (this.props.record.data[this.props.name] || []).map((change) => {
            const isFirst = change.step !== before;
            before = change.step;
            const [old, new_] = changedParts(change.old, change.new);
            return {
                ...change,
                isFirst,
                old,
                new: new_,
                icon: this.icon(change),
                what: this.what(change),
            };
        });
    }

    /** An answer that came or went has one side only. */
    icon({ change, old, new: new_ }) {
        const only = !old ? "added" : "removed";
        return ICONS[change === "changed" && old && new_ ? "changed" : only];
    }

    what({ change, field, answer }) {
        if (change === "added") {
            return _t("New step");
        } else if (change === "removed") {
            return _t("Step removed");
        }
        return answer ? _t("Answer “%s”", answer) : WHAT[field];
    }
}

registry.category("fields").add("mobifone_script_difference", {
    component: ScriptDifference,
    displayName: _t("Difference between versions of a call script"),
    supportedTypes: ["json"],
});
