import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatInteger } from "@web/views/fields/formatters";
import { WallChart } from "./wall_chart";
import { distance, lengthSince, moment } from "./wall_format";

/** One tile: figures, parts as bars, records as rows, a chart; each leads to what it counts. */
export class WallTile extends Component {
    static template = "mobifone_consult.WallTile";
    static components = { WallChart };
    static props = {
        tile: Object,
        now: Number,
        onOpen: Function,
        onOpenRecord: Function,
    };

    setup() {
        this.number = formatInteger;
        this.moment = moment;
        this.modes = [
            ["list", "oi-view-list", _t("List: %s", this.props.tile.title)],
            ["graph", "fa-area-chart", _t("Graph: %s", this.props.tile.title)],
            ["pivot", "oi-view-pivot", _t("Pivot: %s", this.props.tile.title)],
        ];
    }

    /** Something to draw below the figures? The sentence of an empty tile stands there otherwise. */
    get isEmpty() {
        const { bars, rows, chart, figures } = this.props.tile;
        const drawn = chart ? chart.series.some(({ values }) => values.some(Boolean)) : false;
        return (
            !bars &&
            !(rows && rows.items.length) &&
            !drawn &&
            figures.every(({ value }) => !value)
        );
    }

    width(value) {
        const most = Math.max(...this.props.tile.bars.items.map((item) => item.value), 1);
        return `${(100 * value) / most}%`;
    }

    length(row) {
        return lengthSince(row.since, this.props.now);
    }

    stepLength(row) {
        return _t("%s at this step", lengthSince(row.step_since, this.props.now));
    }

    due(row) {
        return distance(row.due, this.props.now);
    }
}
