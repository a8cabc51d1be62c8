import { _t } from "@web/core/l10n/translation";

/** Where in the call the agent is, in this order (tools/script_graph.py). */
export const SECTIONS = [
    ["matter", _t("Caller's need")],
    ["papers", _t("Papers")],
    ["request", _t("Request")],
    ["consult", _t("App consult")],
    ["occupation", _t("Occupation")],
    ["closing", _t("Closing")],
];

export const OUTCOMES = {
    link_sent: _t("Link sent"),
    refused: _t("Refused"),
    already_has_app: _t("Has the app already"),
    benefits_introduced: _t("Benefits introduced"),
    excluded: _t("Not consulted"),
    referred_shop: _t("Referred to a main store"),
    guided_online: _t("Guided to update online"),
    guided_point: _t("Guided to a transaction point"),
    transferred: _t("Transferred"),
    abandoned: _t("Abandoned"),
    done: _t("Done"),
};

/** "excluded:complaint" → "Not consulted" */
export function outcomeLabel(outcome) {
    return OUTCOMES[outcome.split(":")[0]] || outcome;
}
