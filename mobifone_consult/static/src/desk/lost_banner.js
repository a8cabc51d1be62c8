import { Component } from "@odoo/owl";

/** Says that a request waits for the connection or the server, and goes on by itself. */
export class LostBanner extends Component {
    static template = "mobifone_consult.LostBanner";
    static props = {
        lost: String,
        onRetry: Function,
        onStop: Function,
    };
}
