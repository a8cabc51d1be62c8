import { Component, onWillUnmount, useEffect, useExternalListener, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { useBus, useService } from "@web/core/utils/hooks";
import { markRefusal, newEntry, valuesToSend } from "../papers/papers_entry";
import { RegistrationForm } from "../papers/registration_form";
import { isTextField, pressedKey } from "./call_keys";
import { outcomeLabel } from "./call_labels";
import { OptionField } from "./option_field";

// An input method that composes outside of text fields (Telex: a, a → â) sends a Backspace and then the letter as
// text, both at once. A Backspace counts when no text comes with it.
const BACKSPACE_DELAY = 50;
// In them keys are text; Escape leaves them for the keys of the answers.
const OWN_FIELDS = ".o_mobifone_option_input, .o_mobifone_registration_form";

/**
 * One step of a script: what to say, what to answer, and the keys for it. It asks nobody anything: whoever shows it
 * gives the next step.
 */
export class StepView extends Component {
    static template = "mobifone_consult.StepView";
    static components = { OptionField, RegistrationForm };
    static props = {
        step: Object, // as mobifone.desk.answer answers
        busy: String, // what is under way; "" when a key may be pressed
        error: String,
        mayGoBack: Boolean,
        endLabel: { type: String, optional: true }, // of the button that an end has
        leaveKey: { type: String, optional: true }, // leaves a field for the keys of the answers; else Escape does
        papers: { type: Object, optional: true }, // of newEntry: what was filled in of an update request
        onAnswer: Function, // (key of the answer, values of the form)
        onEnd: Function,
        onBack: Function,
        onEscape: Function,
    };

    static defaultProps = { leaveKey: "Esc" };

    setup() {
        this.ui = useService("ui");
        this.root = useRef("root");
        this.outcomeLabel = outcomeLabel;
        this.state = useState({ text: "", chosen: null, hint: "" });
        this.papers = useState(this.props.papers || newEntry());
        useExternalListener(window, "keydown", (ev) => this.onKeydown(ev));
        onWillUnmount(() => browser.clearTimeout(this.backspace));
        // With each step the keyboard is where the next key belongs, and a screen reader begins with its title.
        useEffect(
            () => {
                Object.assign(this.state, { text: "", chosen: null, hint: "" });
                this.root.el.querySelector(".o_mobifone_step_scroll").scrollTop = 0;
                this.placeFocus();
            },
            () => [this.props.step.id]
        );
        useEffect(
            (error) => {
                if (this.isRegistration) {
                    const others = markRefusal(this.props.step.fields, this.papers, error);
                    this.state.hint = error && (others || _t("Correct what is marked."));
                }
            },
            () => [this.props.error]
        );
        useBus(this.ui.bus, "active-element-changed", () => this.placeFocus());
    }

    placeFocus() {
        // An update request knows itself which of its fields comes next.
        if (this.ui.activeElement === document && !this.isRegistration) {
            (this.field || this.heading).focus();
        }
    }

    // -------------------------------------------------------------------------
    // Keyboard
    // -------------------------------------------------------------------------

    onKeydown(ev) {
        if (this.ui.activeElement !== document || this.ui.isBlocked || ev.defaultPrevented) {
            return;
        }
        if (this.backspace && !ev.code) {
            this.forgetBackspace();
            ev.preventDefault();
            return;
        }
        const key = pressedKey(ev);
        const inOwnField = ev.target.closest?.(OWN_FIELDS) && isTextField(ev.target);
        const isElsewhere = document.querySelector(".o_popover, .o-dropdown--menu");
        if (!key || isElsewhere || (isTextField(ev.target) && !(inOwnField && key === "escape"))) {
            return;
        }
        const action = this.actionOf(key, ev.target, inOwnField);
        if (!action) {
            return;
        }
        ev.preventDefault();
        // A held key is not a second decision, and one decision at a time is enough.
        if (!ev.repeat && (!this.props.busy || key === "escape")) {
            action();
        }
    }

    /** What the key does here; undefined when it is none of ours, or the browser does it. */
    actionOf(key, target, inOwnField) {
        if (key === "escape") {
            return inOwnField && this.props.leaveKey === "Esc" ? () => this.heading.focus() : this.props.onEscape;
        }
        if (key === "backspace") {
            return () => this.goBackSoon();
        }
        if (key.startsWith("arrow")) {
            return this.field && (() => this.field.focus());
        }
        if (key === "enter") {
            const isButton = target instanceof Element && target.closest("button, a, summary");
            return isButton ? undefined : () => this.giveMain();
        }
        const answer = this.answers.find((answer) => answer.hotkey === key);
        return answer && (() => this.give(answer));
    }

    goBackSoon() {
        this.forgetBackspace();
        this.backspace = browser.setTimeout(() => {
            this.backspace = null;
            if (this.props.mayGoBack && !this.props.busy) {
                this.props.onBack();
            }
        }, BACKSPACE_DELAY);
    }

    forgetBackspace() {
        browser.clearTimeout(this.backspace);
        this.backspace = null;
    }

    /** Enter on a button is the browser's; a held one pressed it already. */
    onButtonKeydown(ev) {
        if (ev.key === "Enter" && ev.repeat) {
            ev.preventDefault();
        }
    }

    // -------------------------------------------------------------------------
    // Answers
    // -------------------------------------------------------------------------

    giveMain() {
        const main = this.answers.find((answer) => answer.is_main);
        if (main) {
            this.give(main);
        }
    }

    /** Enter in the field hands over what is chosen there, whatever the main answer is. */
    giveForm() {
        this.give(this.answers.find((answer) => answer.submits));
    }

    /** Behind the last of many fields comes the button that submits them. */
    leaveForm() {
        this.root.el.querySelector("[data-submits=true]").focus();
    }

    give(answer) {
        if (this.props.busy) {
            return;
        }
        this.forgetBackspace();
        this.state.hint = "";
        if (this.props.step.kind === "end") {
            this.props.onEnd();
        } else if (this.formField && answer.submits) {
            this.submit(answer);
        } else if (this.isRegistration && answer.submits) {
            this.props.onAnswer(answer.key, valuesToSend(this.props.step.fields, this.papers));
        } else {
            this.props.onAnswer(answer.key);
        }
    }

    submit(answer) {
        if (this.state.chosen === null) {
            this.state.hint = _t("Choose one first: type a code or a word, or use the arrows.");
            this.field.focus();
            return;
        }
        this.props.onAnswer(answer.key, { [this.formField.name]: this.state.chosen });
    }

    onChange(text, chosen) {
        Object.assign(this.state, { text, chosen, hint: "" });
    }

    // -------------------------------------------------------------------------
    // Shown
    // -------------------------------------------------------------------------

    get heading() {
        return this.root.el.querySelector(".o_mobifone_step_title");
    }

    get field() {
        return this.root.el.querySelector(".o_mobifone_option_input, .o_mobifone_registration_form [data-field]");
    }

    /** The one field of a form that is no update request. */
    get formField() {
        return this.isRegistration ? undefined : this.props.step.fields[0];
    }

    get isRegistration() {
        return this.props.step.form === "registration";
    }

    /** An end is left by Enter, as a step with one answer. */
    get answers() {
        const { kind, answers } = this.props.step;
        return kind === "end"
            ? [{ key: "end", label: this.props.endLabel, hotkey: false, is_main: true, submits: false }]
            : answers;
    }

    keysOf({ hotkey, is_main, submits }) {
        const form = this.isRegistration && submits && "Control+Enter";
        return [hotkey, is_main && "Enter", form].filter(Boolean).join(" ");
    }

    /** What the answer will hand over, beside its label. */
    chosenText(answer) {
        if (!this.formField || !answer.submits || this.state.chosen === null) {
            return "";
        }
        const { value, label } = this.formField.options.find((option) => option.value === this.state.chosen);
        return `${value} · ${label}`;
    }

    /** A line in parentheses tells the agent what to do, the others are read aloud. */
    get lines() {
        return this.props.step.text
            .split("\n")
            .map((line) => line.trim())
            .filter(Boolean)
            .map((text) => ({ text, isDirection: text.startsWith("(") && text.endsWith(")") }));
    }

    get message() {
        return (!this.isRegistration && this.props.error) || this.state.hint;
    }
}
