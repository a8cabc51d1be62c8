import { Component, useState } from "@odoo/owl";
import { SectionStrip } from "./section_strip";
import { StepView } from "./step_view";
import { TrailList } from "./trail_list";

/** A guided call: where in it the agent is, what to say and answer, what was said so far. Beside that, its slot. */
export class CallPanel extends Component {
    static template = "mobifone_consult.CallPanel";
    static components = { SectionStrip, StepView, TrailList };
    static props = {
        owner: Object, // state of the owner: call, busy, lost
        run: Object, // of useCallRun
        endLabel: String, // of the button that an end has
        escTwice: { type: Boolean, optional: true }, // what Escape means here is the owner's choice
        leaveKey: { type: String, optional: true }, // leaves a field for the keys of the answers
        onEscape: Function,
        slots: { type: Object, optional: true },
    };
    static defaultProps = { escTwice: false, leaveKey: "Esc" };

    setup() {
        this.owner = useState(this.props.owner);
    }

    get call() {
        return this.owner.call;
    }
}
