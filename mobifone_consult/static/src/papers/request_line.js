import { Component } from "@odoo/owl";
import { ICONS } from "../desk/desk_format";

/** How far the line's last update request is, in the server's words. */
export class RequestLine extends Component {
    static template = "mobifone_consult.RequestLine";
    static props = { request: Object }; // registration.request of a look-up

    get icon() {
        return requestIcon(this.props.request);
    }
}

export function requestIcon({ state, is_overdue }) {
    return ICONS.request[is_overdue ? "overdue" : state];
}
