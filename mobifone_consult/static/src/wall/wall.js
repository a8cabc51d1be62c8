import { Component, onMounted, onWillStart, onWillUnmount, useExternalListener, useRef, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError, RPCError, rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { WallTile } from "./wall_tile";
import { clock } from "./wall_format";

const ROUTE = "/mobifone_consult/wall";
// Logged out, or no right any more: it will not get better by asking again.
const FINAL = ["odoo.http.SessionExpiredException", "odoo.exceptions.AccessError"];
// Seconds after which it is tried again when there was no answer.
const RETRY = 20;
// Screens that were opened together do not ask together.
const JITTER = 0.15;

/**
 * The supervisor's wall: what goes on now and what waits, asked anew by itself while somebody can see it. Numbers, texts
 * and what a click leads to come from the server (mobifone.wall).
 */
export class Wall extends Component {
    static template = "mobifone_consult.Wall";
    static components = { WallTile };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.root = useRef("root");
        this.clock = clock;
        this.state = useState({
            data: null,
            days: 1,
            vendorId: false,
            ...this.props.state?.wall,
            trouble: "", // connection or server: why the figures are not of now
            isFullScreen: false,
            now: Date.now(),
        });
        useSetupAction({
            getLocalState: () => ({
                wall: { days: this.state.days, vendorId: this.state.vendorId },
            }),
        });
        onWillStart(() => this.load());
        onMounted(() => {
            this.isMounted = true;
            this.schedule();
            // Lengths of calls go on between two answers.
            this.ticking = browser.setInterval(() => (this.state.now = Date.now()), 1000);
        });
        onWillUnmount(() => {
            this.isMounted = false;
            browser.clearTimeout(this.timer);
            browser.clearInterval(this.ticking);
        });
        useExternalListener(document, "visibilitychange", () => this.onVisibilityChange());
        useExternalListener(document, "fullscreenchange", () => {
            this.state.isFullScreen = document.fullscreenElement === this.root.el;
        });
    }

    // -------------------------------------------------------------------------
    // Server
    // -------------------------------------------------------------------------

    /** Ask anew. Of answers that cross, the one to the newest question counts; without a connection the last one stays. */
    async load() {
        const { days, vendorId } = this.state;
        const turn = (this.turn = (this.turn || 0) + 1);
        try {
            const data = await rpc(ROUTE, { days, vendor_id: vendorId || null }, { silent: true });
            if (turn === this.turn) {
                this.state.data = data;
                this.state.trouble = "";
                // The server's clock: the one of a wall's screen is often wrong.
                this.skew = Date.now() - Date.parse(`${data.as_of.replace(" ", "T")}Z`);
                this.state.now = Date.now();
            }
        } catch (error) {
            const isLost = error instanceof ConnectionLostError;
            const isPassing = isLost || (error instanceof RPCError && !FINAL.includes(error.exceptionName));
            if (!isPassing || (!isLost && !this.state.data)) {
                this.hasFailed = true;
                throw error; // for Odoo's own dialogs
            }
            this.state.trouble = isLost ? "connection" : "server";
        }
    }

    schedule() {
        browser.clearTimeout(this.timer);
        if (!this.isMounted || this.hasFailed || document.hidden) {
            return;
        }
        const seconds = this.state.trouble ? RETRY : this.state.data.refresh;
        const delay = seconds * 1000 * (1 + JITTER * (2 * Math.random() - 1));
        this.timer = browser.setTimeout(() => this.refresh(), delay);
    }

    async refresh() {
        browser.clearTimeout(this.timer);
        try {
            await this.load();
        } finally {
            this.schedule();
        }
    }

    /** A wall that nobody sees asks nothing; seen again, it is up to date at once. */
    onVisibilityChange() {
        browser.clearTimeout(this.timer);
        if (!document.hidden && !this.hasFailed) {
            this.refresh();
        }
    }

    // -------------------------------------------------------------------------
    // What is chosen
    // -------------------------------------------------------------------------

    onPeriod(days) {
        this.state.days = days;
        return this.refresh();
    }

    onVendor(ev) {
        this.state.vendorId = Number(ev.target.value) || false;
        return this.refresh();
    }

    onFullScreen() {
        return this.state.isFullScreen
            ? document.exitFullscreen()
            : this.root.el.requestFullscreen();
    }

    /** The records behind a figure, as a list, a graph or a pivot. */
    async onOpen(figure, { part = null, mode = "list" } = {}) {
        const { days, vendor_id } = this.state.data;
        await this.action.doAction(
            await this.orm.call("mobifone.wall", "records", [], {
                figure,
                value: part,
                mode,
                days,
                vendor_id: vendor_id || null,
            }),
            { viewType: mode }
        );
    }

    onOpenRecord(model, id) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    // -------------------------------------------------------------------------
    // Shown
    // -------------------------------------------------------------------------

    /** Now, on the server's clock. */
    get now() {
        return this.state.now - (this.skew || 0);
    }

    get asOf() {
        const time = this.state.data ? clock(this.state.data.as_of) : "–";
        return {
            "": _t("As of %s", time),
            connection: _t("No connection: figures of %s. Trying again…", time),
            server: _t("The server did not answer: figures of %s. Trying again…", time),
        }[this.state.trouble];
    }
}

registry.category("actions").add("mobifone_consult.wall", Wall);
