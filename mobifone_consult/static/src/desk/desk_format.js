import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { ConnectionAbortedError, ConnectionLostError, RPCError } from "@web/core/network/rpc";

export const DESK_MODEL = "mobifone.desk";
export const SCREEN_MODEL = "mobifone.script.wizard";
// The call centre works in one zone and one notation, whatever the user's preferences say.
const ZONE = "Asia/Ho_Chi_Minh";
// The database is away, has too much to do, or begins anew.
const SERVER_AWAY = [
    "OperationalError",
    "InterfaceError",
    "PoolError",
    "AdminShutdown",
    "CrashShutdown",
    "CannotConnectNow",
    "TooManyConnections",
    "QueryCanceled",
    "SerializationFailure",
    "DeadlockDetected",
];

export const LABELS = {
    payment_mode: { prepaid: _t("Prepaid"), postpaid: _t("Postpaid") },
    line_status: {
        active: _t("Active"),
        one_way: _t("Locked one way"),
        two_way: _t("Locked both ways"),
        terminated: _t("Terminated"),
    },
    usage_class: {
        personal: _t("Personal"),
        official: _t("Official"),
        operations: _t("Operations"),
        test: _t("Test SIM"),
    },
    device_class: {
        smartphone: _t("Smartphone"),
        feature_phone: _t("Feature phone"),
        unknown: _t("Unknown"),
    },
    registration: {
        complete: _t("Complete"),
        incomplete: _t("Incomplete"),
        unknown: _t("Unknown"),
    },
    // Of a look-up that nothing followed (desk/recent_list.js).
    verdict: {
        ok: _t("Looked up only"),
        other_network: _t("Not a MobiFone line"),
        line_terminated: _t("Terminated"),
        no_smartphone: _t("No smartphone"),
        app_installed: _t("App installed"),
        app_unknown: _t("App not known"),
        blacklisted: _t("Wants no messages"),
        locked: _t("Locked"),
    },
    route: {
        none: "",
        online: _t("Online, in the My MobiFone app"),
        main_store: _t("At a MobiFone main store (nice number, not online)"),
        transaction_point: _t("At a MobiFone transaction point (feature phone)"),
        ask_device: _t(
            "Ask about the handset: smartphone online in the app, feature phone at a transaction point"
        ),
    },
    consultation: {
        open: _t("Open"),
        converted: _t("App installed"),
        expired: _t("Expired"),
        cancelled: _t("Cancelled"),
    },
    sms: {
        none: _t("Not sent"),
        queued: _t("Queued"),
        sending: _t("Sending"),
        sent: _t("Sent"),
        delivered: _t("Delivered"),
        failed: _t("Failed"),
        unknown: _t("Unknown"),
        cancelled: _t("Cancelled"),
    },
};

// State is told by icon and words together, never by colour alone.
export const ICONS = {
    line_status: {
        active: "fa-check-circle text-success",
        one_way: "fa-exclamation-triangle text-warning",
        two_way: "fa-ban text-danger",
        terminated: "fa-times-circle text-danger",
    },
    registration: {
        complete: "fa-check-circle text-success",
        incomplete: "fa-exclamation-triangle text-warning",
        unknown: "fa-question-circle text-muted",
    },
    app: {
        installed: "fa-check-circle text-success",
        not_installed: "fa-minus-circle text-muted",
        unknown: "fa-question-circle text-muted",
    },
    request: {
        overdue: "fa-exclamation-triangle text-danger",
        draft: "fa-pencil text-muted",
        submitted: "fa-clock-o text-muted",
        escalated: "fa-level-up text-muted",
        approved: "fa-check-circle text-success",
        rejected: "fa-undo text-muted",
    },
    sms: {
        delivered: "fa-check-circle text-success",
        sent: "fa-check text-success",
        failed: "fa-times-circle text-danger",
        unknown: "fa-question-circle text-warning",
        none: "fa-minus-circle text-muted",
        cancelled: "fa-ban text-muted",
    },
};

/** "2026-11-23 08:15:00" (UTC) → "23/11/2026 15:15" */
export function formatMoment(value) {
    return value ? deserializeDateTime(value, { tz: ZONE }).toFormat("dd/MM/yyyy HH:mm") : "";
}

/** "2026-11-23 08:15:00" (UTC) → "23/11/2026" */
export function formatDay(value) {
    return value ? deserializeDateTime(value, { tz: ZONE }).toFormat("dd/MM/yyyy") : "";
}

/** "2026-11-23 08:15:00" (UTC) → "15:15" */
export function formatTime(value) {
    return value ? deserializeDateTime(value, { tz: ZONE }).toFormat("HH:mm") : "";
}

/** "+84900000001" → "0900 000 001", as it is read out */
export function formatNumber(number) {
    const national = number.replace(/^\+84/, "0");
    return national.replace(/^(0\d{3})(\d{3})(\d{3})$/, "$1 $2 $3");
}

/** The number of a looked-up line; masked where a resumed call tells no more. */
export function shownNumber({ number, msisdn_masked }) {
    return number ? formatNumber(number) : msisdn_masked || "";
}

function isLost(error) {
    return error instanceof ConnectionLostError || error instanceof ConnectionAbortedError;
}

/** Will it pass by itself, so that the same request may be sent again? */
export function isPassing(error) {
    const name = error instanceof RPCError && error.exceptionName?.split(".").pop();
    return isLost(error) || SERVER_AWAY.includes(name);
}

/** What an error that passes by itself is waiting for. */
export function lostText(error) {
    return isLost(error) ? _t("No connection to the server.") : _t("The server is not available at the moment.");
}

/**
 * What went wrong, for the agent to read.
 *
 * @throws the error itself, for Odoo's own dialogs, when it is neither a refusal nor one that passes
 */
export function errorText(error) {
    if (isLost(error)) {
        return _t("No connection to the server. Nothing is lost: try again.");
    }
    if (isPassing(error)) {
        return _t("The server is not available at the moment. Nothing is lost: try again.");
    }
    if (error instanceof RPCError && error.exceptionName?.startsWith("odoo.exceptions.")) {
        return error.data.message;
    }
    throw error;
}
