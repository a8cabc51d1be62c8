import { Component, useState } from "@odoo/owl";

/** Why this caller is not consulted (domain 1.1); recorded for this look-up. */
export class ExclusionForm extends Component {
    static template = "mobifone_consult.ExclusionForm";
    static props = {
        reasons: Array,
        excluded: { type: [Object, { value: null }] },
        busy: String,
        onExclude: Function,
    };

    setup() {
        this.state = useState({ code: "" });
    }

    onSubmit() {
        if (this.state.code) {
            this.props.onExclude(this.state.code);
        }
    }
}
