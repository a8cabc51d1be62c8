import { registry } from "@web/core/registry";
import { X2ManyField, x2ManyField } from "@web/views/fields/x2many/x2many_field";
import { useStepDialog } from "./step_dialog";

/** The steps of a version: each is opened and saved in its own dialog. */
export class ScriptStepsField extends X2ManyField {
    setup() {
        super.setup();
        this.openStep = useStepDialog(() => this.props.record);
    }

    onAdd() {
        return this.openStep(false);
    }

    openRecord(record) {
        return this.openStep(record.resId);
    }
}

/** The versions of a script: each is opened on its own screen. */
export class ScriptVersionsField extends X2ManyField {
    onAdd() {
        return this.openVersion(false);
    }

    openRecord(record) {
        return this.openVersion(record.resId);
    }

    async openVersion(versionId) {
        const script = this.props.record;
        if (!(await script.save())) {
            return;
        }
        await this.action.doAction(
            {
                type: "ir.actions.act_window",
                res_model: this.list.resModel,
                res_id: versionId,
                views: [[false, "form"]],
                context: { default_script_id: script.resId },
            },
            { props: { resIds: this.list.resIds } }
        );
    }
}

registry.category("fields").add("mobifone_script_steps", {
    ...x2ManyField,
    component: ScriptStepsField,
});
registry.category("fields").add("mobifone_script_versions", {
    ...x2ManyField,
    component: ScriptVersionsField,
});
