import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";

/**
 * Opens a step of a script version in a dialog, where it is saved by itself; then the version is read again, as its
 * picture and its findings may have changed.
 *
 * @param {() => Object} getVersion the record of the version's form
 * @returns {(stepId: number | false) => Promise<void>} `false` for a new step
 */
export function useStepDialog(getVersion) {
    const dialog = useService("dialog");
    return async function openStep(stepId) {
        const version = getVersion();
        const isDraft = version.data.state === "draft";
        // What is pending in the version's form (its name, the order of the steps) goes first.
        if (isDraft && !(await version.save())) {
            return;
        }
        dialog.add(
            FormViewDialog,
            {
                resModel: "mobifone.script.step",
                resId: stepId,
                title: stepId ? _t("Step") : _t("New Step"),
                size: "xl",
                context: { default_version_id: version.resId },
                readonly: !isDraft,
                preventEdit: !isDraft,
                preventCreate: !isDraft,
                canExpand: false,
            },
            { onClose: () => version.load() }
        );
    };
}
