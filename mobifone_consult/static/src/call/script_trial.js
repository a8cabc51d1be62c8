import { Component, onMounted, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { errorText } from "../desk/desk_format";
import { SectionStrip } from "./section_strip";
import { StepView } from "./step_view";
import { TrailList } from "./trail_list";

const VERSION_MODEL = "mobifone.script.version";

/** A script version as agents would see it, on a sample line. The answers are kept here; the server writes nothing. */
export class ScriptTrial extends Component {
    static template = "mobifone_consult.ScriptTrial";
    static components = { SectionStrip, StepView, TrailList };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        const { params, context } = this.props.action;
        this.versionId = params?.version_id || context?.active_id;
        this.state = useState({ samples: [], sample: "", answers: [], step: null, trail: [], busy: "", error: "" });
        this.endLabel = _t("Once more from the beginning");
        onWillStart(() => this.load());
        // In the address, so that a reload finds the version.
        onMounted(() => this.props.updateActionState({ active_id: this.versionId }));
    }

    async load() {
        const samples = await this.orm.call(VERSION_MODEL, "samples", []);
        Object.assign(this.state, { samples, sample: samples[0].key });
        await this.go([]);
    }

    /** The step after these answers. Where the server refuses them, everything stays as it was. */
    async go(answers, busy = "go", sample = this.state.sample) {
        if (this.state.busy) {
            return;
        }
        Object.assign(this.state, { busy, error: "" });
        try {
            const { step, trail } = await this.orm.call(VERSION_MODEL, "try_out", [this.versionId, sample, answers]);
            Object.assign(this.state, { sample, answers, step, trail });
        } catch (error) {
            this.state.error = errorText(error);
        } finally {
            this.state.busy = "";
        }
    }

    get sampleLabel() {
        return this.state.samples.find((sample) => sample.key === this.state.sample)?.label;
    }

    onAnswer(key) {
        return this.go([...this.state.answers, key], key);
    }

    onBack() {
        return this.go(this.state.answers.slice(0, -1), "back");
    }

    onRestart() {
        return this.go([]);
    }

    onSample(ev) {
        return this.go([], "go", ev.target.value);
    }

    onLeave() {
        this.env.config.historyBack();
    }
}

registry.category("actions").add("mobifone_consult.script_trial", ScriptTrial);
