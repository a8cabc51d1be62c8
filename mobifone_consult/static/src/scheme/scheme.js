import { browser } from "@web/core/browser/browser";
import { cookie } from "@web/core/browser/cookie";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { session } from "@web/session";

const SYSTEM_IS_DARK = "(prefers-color-scheme: dark)";

function systemScheme() {
    return browser.matchMedia(SYSTEM_IS_DARK).matches ? "dark" : "light";
}

/** What the page was drawn in: the cookie that Odoo's own code looks at, which the server writes for a fixed choice. */
function currentScheme() {
    return cookie.get("color_scheme") === "dark" ? "dark" : "light";
}

registry.category("services").add("mobifone_color_scheme", {
    start() {
        if (session.mobifone_color_scheme !== "system") {
            return;
        }
        const wanted = systemScheme();
        if (wanted !== currentScheme()) {
            cookie.set("color_scheme", wanted);
            // Not where cookies are refused: it would load for ever.
            if (currentScheme() === wanted) {
                browser.location.reload();
            }
        }
        // In the middle of a call nothing is loaded anew: the next page follows the system.
        browser
            .matchMedia(SYSTEM_IS_DARK)
            .addEventListener?.("change", () => cookie.set("color_scheme", systemScheme()));
    },
});

/** Light to dark and back; "as the system" is chosen in the preferences. */
function schemeItem(env) {
    const isDark = currentScheme() === "dark";
    return {
        type: "item",
        id: "mobifone_color_scheme",
        description: isDark ? _t("Light screen") : _t("Dark screen"),
        callback: async () => {
            const chosen = isDark ? "light" : "dark";
            await env.services.orm.write("res.users", [user.userId], { mobifone_color_scheme: chosen });
            cookie.set("color_scheme", chosen);
            browser.location.reload();
        },
        sequence: 35,
    };
}

registry.category("user_menuitems").add("mobifone_color_scheme", schemeItem);
