import { Component, useEffect, useRef } from "@odoo/owl";

/** What was said, answered and done in the call so far. */
export class TrailList extends Component {
    static template = "mobifone_consult.TrailList";
    static props = { entries: Array };

    setup() {
        this.list = useRef("list");
        // The last entry is the one an agent looks for: also when the card above takes more room.
        useEffect(
            (list) => {
                const observer = new ResizeObserver(() => this.showEnd());
                observer.observe(list);
                return () => observer.disconnect();
            },
            () => [this.list.el]
        );
        useEffect(
            () => this.showEnd(),
            () => [this.props.entries]
        );
    }

    showEnd() {
        this.list.el.scrollTop = this.list.el.scrollHeight;
    }
}
