import { ICONS } from "../desk/desk_format";

/** The icon of a line's last update request, as a look-up tells of it. */
export function requestIcon({ state, is_overdue }) {
    return ICONS.request[is_overdue ? "overdue" : state];
}
