import { _t } from "@web/core/l10n/translation";

// What a kind of step and a finding look like: an icon beside the word, never a colour alone.
export const KIND_ICONS = {
    say: "fa-comment-o",
    ask: "fa-question-circle-o",
    decide: "fa-code-fork",
    form: "fa-pencil-square-o",
    act: "fa-bolt",
    end: "fa-flag-checkered",
};

export const LEVELS = ["error", "warning", "info"];
export const LEVEL_ICONS = {
    error: "fa-exclamation-circle text-danger",
    warning: "fa-exclamation-triangle text-warning",
    info: "fa-info-circle text-info",
};
export const LEVEL_LABELS = {
    error: _t("Error"),
    warning: _t("Warning"),
    info: _t("Note"),
};

/** What texts of a script may hold: example and meaning (the names are those of the server's script_text). */
export const VARIABLES = [
    ["{so_tb}", _t("The number, as dialled. It is not kept with the call.")],
    ["{tong_dai}", _t("The hotline that was dialled.")],
    ["{can_cu}", _t("The legal basis, from the settings.")],
    ["{ly_do}", _t("Why the line may or may not be consulted.")],
    ["{ctkm|hiện chưa có}", _t("The promotions in force today.")],
    ["{canh_bao|không có}", _t("An alert: the line is locked, terminated or of another network.")],
    ["{ngay_cai_app|trước đây}", _t("The day the app was installed.")],
    ["{mo_lai|sau 24 giờ}", _t("When the lock of the consult ends.")],
    ["{giay_to_thieu|một số giấy tờ}", _t("The papers that are missing.")],
    ["{nghe_nghiep|chưa có}", _t("The occupation on record. It is not kept with the call.")],
    [
        "{menu_nghe_nghiep|menu nghề nghiệp}",
        _t("The menu of the central program that changes the occupation."),
    ],
    ["{ket_qua|đã ghi nhận}", _t("What the step before came to: consult, transfer or form.")],
];

/** [["say", "Say"], …] → {say: "Say", …} */
export function wordsOf(record, fieldName) {
    return Object.fromEntries(record.fields[fieldName].selection);
}
