import { LineSummary } from "@mobifone_consult/call/line_summary";
import { DESK_MODEL } from "@mobifone_consult/desk/desk_format";
import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** The card of a ticket's line, for whoever has looked it up a moment ago; the others are told how. */
export class TicketLine extends Component {
    static template = "mobifone_consult_helpdesk.TicketLine";
    static components = { LineSummary };
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ line: null });
        onWillStart(() => this.load(this.props.record));
        useRecordObserver((record) => this.load(record));
    }

    async load({ resId }) {
        if (this.resId !== resId) {
            this.resId = resId;
            const { line } = await this.orm.call(DESK_MODEL, "ticket_line", [], { ticket_id: resId });
            this.state.line = line;
        }
    }
}

registry.category("view_widgets").add("mobifone_ticket_line", { component: TicketLine });
