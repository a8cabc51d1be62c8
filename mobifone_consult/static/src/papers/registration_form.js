import { Component, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { getDataURLFromFile } from "@web/core/utils/urls";
import { chosenOption, fillNationality, shownFields } from "./papers_entry";

// The server has a limit of its own, a setting; more than this is not even read.
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The fields of an update request, filled in by keyboard: Enter goes on, Ctrl+Enter submits. It sends nothing itself;
 * what is typed is kept by its owner.
 */
export class RegistrationForm extends Component {
    static template = "mobifone_consult.RegistrationForm";
    static props = {
        fields: Array, // as mobifone.desk.registration_form answers
        entry: Object, // of newEntry
        onSubmit: Function,
        onLeave: Function, // Enter in the last field
    };

    setup() {
        this.root = useRef("root");
        this.entry = useState(this.props.entry);
        this.groups = [
            ["person", _t("Customer")],
            ["document", _t("Paper")],
            ["photo", _t("Photos")],
        ];
        fillNationality(this.props.fields, this.entry);
        // The keyboard is where something is to be done: after a refusal, on the first field to correct.
        useEffect(
            () => this.firstToFill.focus(),
            () => [this.entry.refusals]
        );
    }

    // -------------------------------------------------------------------------
    // Shown
    // -------------------------------------------------------------------------

    /** The consent stands alone at the end, whatever its group. */
    fieldsOf(group) {
        return shownFields(this.props.fields, this.entry).filter(
            (field) => field.group === group && field.type !== "boolean"
        );
    }

    get consents() {
        return this.props.fields.filter((field) => field.type === "boolean");
    }

    idOf({ name }) {
        return `o_mobifone_paper_${name}`;
    }

    example({ name, example }) {
        const paper = name === "document_number" && chosenOption(this.props.fields, this.entry.values, "document_type");
        return paper ? paper.example : example;
    }

    isChosen({ name }, option) {
        return String(option.value) === this.entry.values[name];
    }

    /** In the draft already, and nothing new is to take its place. */
    isKept({ name, given }) {
        const photo = this.entry.photos[name];
        return photo ? photo.isKept : given && !this.entry.values[name];
    }

    isNeeded({ required, given }) {
        return required && !given;
    }

    // -------------------------------------------------------------------------
    // Filled in
    // -------------------------------------------------------------------------

    put(name, value) {
        this.entry.values[name] = value;
        this.forget(name);
    }

    /** What was said of the value before. */
    forget(name) {
        delete this.entry.errors[name];
        delete this.entry.warnings[name];
    }

    async onFile({ name }, ev) {
        const file = ev.target.files[0];
        if (!file) {
            return; // none was chosen: the one from before stays
        }
        this.forget(name);
        if (file.size > MAX_BYTES) {
            this.entry.errors[name] = _t("The file is far too large for a photo.");
        } else {
            try {
                const source = await getDataURLFromFile(file);
                this.entry.photos[name] = { fileName: file.name, source, isKept: false, isBroken: false };
            } catch {
                this.entry.errors[name] = _t("The file cannot be read: choose it again.");
            }
        }
        // The same file may be chosen again.
        ev.target.value = "";
    }

    onRemove({ name }) {
        delete this.entry.photos[name];
        this.forget(name);
        this.root.el.querySelector(`#${this.idOf({ name })}`).focus();
    }

    // -------------------------------------------------------------------------
    // Keyboard
    // -------------------------------------------------------------------------

    get controls() {
        return [...this.root.el.querySelectorAll("[data-field]")];
    }

    /** The first that is wrong, else the first that is needed and empty. */
    get firstToFill() {
        const { values, photos } = this.entry;
        const isEmpty = ({ name }) => !values[name] && !photos[name];
        const empty = this.props.fields.find((field) => this.isNeeded(field) && isEmpty(field));
        return (
            this.root.el.querySelector("[aria-invalid=true]") ||
            (empty && this.root.el.querySelector(`[data-field=${empty.name}]`)) ||
            this.controls[0]
        );
    }

    onKeydown(ev) {
        if (ev.key !== "Enter" || ev.isComposing) {
            return;
        }
        if (ev.ctrlKey || ev.metaKey) {
            // Not the dialog's Ctrl+Enter too.
            ev.stopPropagation();
            ev.preventDefault();
            if (!ev.repeat) {
                this.props.onSubmit();
            }
        } else if (ev.target.matches("[data-field]")) {
            ev.preventDefault();
            if (!ev.repeat) {
                this.goOn(ev.target);
            }
        }
    }

    goOn(control) {
        const { controls } = this;
        const next = controls[controls.indexOf(control) + 1];
        if (next) {
            next.focus();
        } else {
            this.props.onLeave();
        }
    }
}
