import { deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";

// The call centre works in one zone, whatever the user's preferences say.
const ZONE = "Asia/Ho_Chi_Minh";

/** "2026-11-23 08:15:00" (UTC) → "15:15" */
export function clock(value) {
    return deserializeDateTime(value, { tz: ZONE }).toFormat("HH:mm");
}

/** "2026-11-23 08:15:00" (UTC) → "15:15 23/11" */
export function moment(value) {
    return deserializeDateTime(value, { tz: ZONE }).toFormat("HH:mm dd/MM");
}

/** How long it is since a moment (UTC): "4:07", "1:02:09"; never less than "0:00". */
export function lengthSince(value, now) {
    const seconds = Math.max(0, Math.floor((now - deserializeDateTime(value).toMillis()) / 1000));
    const two = (number) => String(number).padStart(2, "0");
    const [hours, minutes, rest] = [
        Math.floor(seconds / 3600),
        Math.floor(seconds / 60) % 60,
        seconds % 60,
    ];
    return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** How long until a moment (UTC), or since it: "in 3 h", "2 days late" */
export function distance(value, now) {
    const minutes = Math.round((deserializeDateTime(value).toMillis() - now) / 60000);
    const far = Math.abs(minutes);
    const [amount, unit] =
        far < 60
            ? [far, _t("minutes")]
            : far < 48 * 60
            ? [Math.round(far / 60), _t("hours")]
            : [Math.round(far / 1440), _t("days")];
    return minutes < 0
        ? _t("%(amount)s %(unit)s late", { amount, unit })
        : _t("%(amount)s %(unit)s left", { amount, unit });
}
