import { Component, onWillUnmount, useEffect, useExternalListener, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { errorText, formatNumber } from "../desk/desk_format";

const MINUTES = 5;
const SIGNS_OF_LIFE = ["keydown", "pointerdown", "pointermove", "wheel"];

/** Papers in clear, for customer care: for a reason that is logged, and hidden again when nobody looks at them. */
export class RevealDialog extends Component {
    static template = "mobifone_consult.RevealDialog";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.root = useRef("root");
        this.formatNumber = formatNumber;
        this.reasons = [_t("Reviewing the update request"), _t("Customer's call"), _t("Complaint about the papers")];
        this.state = useState({
            reason: "",
            busy: false,
            error: "",
            isHidden: false, // again, for want of use
            papers: null, // as identity_reveal answers
            enlarged: null, // one of its photos
        });
        useAutofocus({ refName: "reason" });
        for (const sign of SIGNS_OF_LIFE) {
            useExternalListener(window, sign, () => this.wait());
        }
        onWillUnmount(() => browser.clearTimeout(this.timer));
        // What came into view has the keyboard; a photo that was enlarged gets it back.
        useEffect(
            () => this.placeFocus(),
            () => [this.state.papers, this.state.enlarged]
        );
    }

    placeFocus() {
        const { papers, enlarged } = this.state;
        if (papers) {
            const place = enlarged ? ".o_mobifone_enlarged" : this.lastPhoto || ".o_mobifone_reveal_number";
            this.root.el.querySelector(place).focus();
        }
    }

    async onSubmit() {
        const reason = this.state.reason.trim();
        if (this.state.busy || !reason) {
            return;
        }
        const { model, id } = this.props.action.params;
        Object.assign(this.state, { busy: true, error: "", isHidden: false });
        try {
            this.state.papers = await this.orm.call(model, "identity_reveal", [[id]], { reason });
            this.wait();
        } catch (error) {
            this.state.error = errorText(error);
        } finally {
            this.state.busy = false;
        }
    }

    /** From now on, unless a key or the mouse says that somebody is there. */
    wait() {
        browser.clearTimeout(this.timer);
        if (this.state.papers) {
            this.timer = browser.setTimeout(() => this.hide(), MINUTES * 60 * 1000);
        }
    }

    hide() {
        this.lastPhoto = null;
        Object.assign(this.state, { papers: null, enlarged: null, isHidden: true });
    }

    onEnlarge(photo) {
        this.lastPhoto = `.o_mobifone_reveal_photo[data-name=${photo.name}]`;
        this.state.enlarged = photo;
    }

    /** Escape leaves the photo, not the dialog; the Enter that showed it, still held, does nothing more. */
    onKeydown(ev) {
        if (ev.key === "Enter" && ev.repeat) {
            ev.preventDefault();
        } else if (ev.key === "Escape" && this.state.enlarged) {
            ev.preventDefault();
            ev.stopPropagation();
            this.state.enlarged = null;
        }
    }

    get note() {
        return _t("This viewing is logged. After %s minutes without use the papers are hidden.", MINUTES);
    }

    onClose() {
        return this.action.doAction({ type: "ir.actions.act_window_close" });
    }
}

registry.category("actions").add("mobifone_consult.reveal", RevealDialog);
