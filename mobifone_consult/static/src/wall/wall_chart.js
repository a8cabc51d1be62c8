/* global Chart */
import { Component, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";

/**
 * A chart of Odoo's own Chart.js: bars of now, lines of what they are compared with. Who cannot see it has its sentence
 * and its table. Colours are the theme's, read when it is drawn.
 */
export class WallChart extends Component {
    static template = "mobifone_consult.WallChart";
    static props = { chart: Object };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => this.draw(),
            () => [JSON.stringify(this.props.chart)]
        );
        onWillUnmount(() => this.drawn?.destroy());
    }

    draw() {
        const config = this.config();
        if (this.drawn) {
            Object.assign(this.drawn, { data: config.data, options: config.options });
            this.drawn.update("none");
        } else {
            this.drawn = new Chart(this.canvas.el, config);
        }
    }

    config() {
        const style = getComputedStyle(this.canvas.el);
        const color = (name) => style.getPropertyValue(`--o-mobifone-wall-${name}`).trim();
        const ink = color("ink");
        const font = { family: style.fontFamily, size: parseFloat(style.fontSize) };
        const looks = {
            now: { type: "bar", backgroundColor: color("now"), order: 2, maxBarThickness: 40 },
            before: { borderColor: color("before"), borderWidth: 2.5, order: 1 },
            long_before: { borderColor: color("long-before"), borderWidth: 2.5, borderDash: [3, 4], order: 0 },
        };
        const axis = { ticks: { color: ink, font, precision: 0, maxRotation: 0, autoSkipPadding: 12 }, border: { color: color("grid") } };
        return {
            type: "line",
            data: {
                labels: this.props.chart.labels,
                datasets: this.props.chart.series.map(({ label, values, style }) => ({
                    label,
                    data: values,
                    pointRadius: 0,
                    pointHitRadius: 12,
                    tension: 0.25,
                    ...looks[style],
                })),
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                interaction: { mode: "index", intersect: false },
                plugins: {
                    legend: {
                        position: "right",
                        labels: {
                            color: ink,
                            font,
                            boxWidth: 18,
                            boxHeight: 3,
                            sort: (one, other) => one.datasetIndex - other.datasetIndex,
                        },
                    },
                },
                scales: {
                    x: { ...axis, grid: { display: false } },
                    y: {
                        ...axis,
                        ticks: { ...axis.ticks, maxTicksLimit: 5 },
                        beginAtZero: true,
                        suggestedMax: 4,
                        grid: { color: color("grid") },
                    },
                },
            },
        };
    }
}
