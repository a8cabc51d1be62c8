import { Component } from "@odoo/owl";

/** What can be done about the papers of the line on screen; usePapers has the keys. */
export class PapersTools extends Component {
    static template = "mobifone_consult.PapersTools";
    static props = { onUpdate: Function, onComplain: Function };
}
