import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { KIND_ICONS, LEVEL_ICONS, VARIABLES, wordsOf } from "./script_words";

/** The kind of a step: icon and word. */
export class StepKindField extends Component {
    static template = "mobifone_consult.StepKindField";
    static props = { ...standardFieldProps };

    get kind() {
        return this.props.record.data[this.props.name];
    }

    get icon() {
        return KIND_ICONS[this.kind];
    }

    get label() {
        return wordsOf(this.props.record, this.props.name)[this.kind];
    }
}

/** What the check says of a step, beside it: icon, word and text. */
export class FindingField extends Component {
    static template = "mobifone_consult.FindingField";
    static props = { ...standardFieldProps };

    get level() {
        return this.props.record.data[this.props.name];
    }

    get icon() {
        return LEVEL_ICONS[this.level];
    }

    get label() {
        return wordsOf(this.props.record, this.props.name)[this.level];
    }

    get lines() {
        return (this.props.record.data.findings || "").split("\n");
    }
}

/** The variables of texts; a click puts one where the cursor was in the text. */
export class ScriptVariables extends Component {
    static template = "mobifone_consult.ScriptVariables";
    static props = { ...standardWidgetProps };

    setup() {
        this.variables = VARIABLES;
    }

    get canInsert() {
        return this.props.record.data.state === "draft";
    }

    /** The text keeps its selection while the mouse is pressed elsewhere. */
    async onInsert(ev, variable) {
        const form = ev.target.closest(".o_form_renderer");
        const input = form && form.querySelector("[name='text'] textarea");
        if (!input) {
            return;
        }
        const [from, to] = [input.selectionStart, input.selectionEnd];
        const text = input.value.slice(0, from) + variable + input.value.slice(to);
        await this.props.record.update({ text });
        input.focus();
        input.setSelectionRange(from + variable.length, from + variable.length);
    }
}

registry.category("fields").add("mobifone_step_kind", {
    component: StepKindField,
    supportedTypes: ["selection"],
});
registry.category("fields").add("mobifone_finding", {
    component: FindingField,
    supportedTypes: ["selection"],
    fieldDependencies: [{ name: "findings", type: "text" }],
});
registry.category("view_widgets").add("mobifone_script_variables", { component: ScriptVariables });
