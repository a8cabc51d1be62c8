import { Component } from "@odoo/owl";
import { SECTIONS } from "./call_labels";

/** Where in the call the agent is. */
export class SectionStrip extends Component {
    static template = "mobifone_consult.SectionStrip";
    static props = { current: String, trail: Array };

    get sections() {
        const passed = this.props.trail.filter((entry) => !entry.is_voided).map((entry) => entry.section);
        return SECTIONS.map(([key, label]) => ({
            key,
            label,
            state: key === this.props.current ? "current" : passed.includes(key) ? "passed" : "ahead",
        }));
    }
}
