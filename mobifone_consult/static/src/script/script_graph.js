/* global dagre */
import { Component, onWillRender, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { layoutGraph, outline } from "./graph_layout";
import { KIND_ICONS, LEVEL_ICONS, LEVEL_LABELS } from "./script_words";
import { useStepDialog } from "./step_dialog";

const ZOOM = { least: 0.15, most: 2, step: 1.2, readable: 0.8 };
// Characters of the icon font, as SVG knows no classes for them.
const GLYPHS = {
    "fa-comment-o": "\uf0e5",
    "fa-question-circle-o": "\uf29c",
    "fa-code-fork": "\uf126",
    "fa-pencil-square-o": "\uf044",
    "fa-bolt": "\uf0e7",
    "fa-flag-checkered": "\uf11e",
    "fa-exclamation-circle": "\uf06a",
    "fa-exclamation-triangle": "\uf071",
    "fa-info-circle": "\uf05a",
};

/** The script as a picture: a step each box, an answer each arrow. A box opens its step. */
export class ScriptGraph extends Component {
    static template = "mobifone_consult.ScriptGraph";
    static props = { ...standardFieldProps };

    setup() {
        this.view = useRef("view");
        this.svg = useRef("svg");
        this.state = useState({ zoom: 1, current: null });
        this.openStep = useStepDialog(() => this.props.record);
        this.outline = outline;
        onWillStart(async () => {
            await loadBundle("mobifone_consult.graph_lib");
            await document.fonts.ready;
        });
        onWillRender(() => this.draw());
        useEffect(
            () => {
                this.showBeginning();
            },
            () => []
        );
    }

    // -------------------------------------------------------------------------
    // What is drawn
    // -------------------------------------------------------------------------

    /** Laid out anew only when the script is another one. */
    draw() {
        const graph = this.props.record.data[this.props.name] || { nodes: [], edges: [] };
        const source = JSON.stringify(graph);
        if (this.source !== source) {
            this.source = source;
            const brush = document.createElement("canvas").getContext("2d");
            brush.font = `600 13px ${getComputedStyle(document.body).fontFamily}`;
            this.drawing = layoutGraph(graph, dagre, (text) => brush.measureText(text).width);
        }
    }

    get words() {
        const { kind, section } = this.props.record.data.step_ids.fields;
        return {
            kind: Object.fromEntries(kind.selection),
            section: Object.fromEntries(section.selection),
        };
    }

    get kinds() {
        return Object.entries(KIND_ICONS).map(([kind, icon]) => [
            kind,
            icon,
            this.words.kind[kind],
        ]);
    }

    get sections() {
        const used = new Set(this.drawing.nodes.map((node) => node.section));
        return Object.entries(this.words.section).filter(([section]) => used.has(section));
    }

    /** The one box that Tab stops at; arrow keys go on from there. */
    get current() {
        const { nodes } = this.drawing;
        return nodes.find((node) => node.key === this.state.current) || nodes[0];
    }

    kindGlyph(kind) {
        return GLYPHS[KIND_ICONS[kind]];
    }

    levelGlyph(level) {
        return GLYPHS[LEVEL_ICONS[level].split(" ")[0]];
    }

    isLit(arrow) {
        const { current } = this.state;
        return arrow.source === current || arrow.target === current;
    }

    /** Drawn last what lies on top: the arrows of the box at hand. */
    get arrows() {
        const { arrows } = this.drawing;
        return [
            ...arrows.filter((arrow) => !this.isLit(arrow)),
            ...arrows.filter((arrow) => this.isLit(arrow)),
        ];
    }

    nodeHead(node) {
        return `${this.words.kind[node.kind]} · ${this.words.section[node.section]}`;
    }

    /** What a screen reader says of a box. */
    nodeLabel(node) {
        const ways = this.drawing.arrows
            .filter((arrow) => arrow.source === node.key)
            .map((arrow) => [arrow.labels.join(", "), arrow.to.title].filter(Boolean).join(" → "));
        return [
            `${this.words.kind[node.kind]}, ${this.words.section[node.section]}`,
            node.title,
            LEVEL_LABELS[node.level],
            ...ways,
        ]
            .filter(Boolean)
            .join(". ");
    }

    get description() {
        return _t(
            "%(steps)s steps. The arrow keys go from step to step along the answers, Enter opens a step.",
            { steps: this.drawing.nodes.length }
        );
    }

    // -------------------------------------------------------------------------
    // Zoom
    // -------------------------------------------------------------------------

    /** All of it if that can be read, else its beginning. */
    showBeginning() {
        this.fit(ZOOM.readable);
        const first = this.current;
        if (first) {
            const { el } = this.view;
            requestAnimationFrame(() => {
                el.scrollLeft = first.x * this.state.zoom - el.clientWidth / 2;
                // In a draft that goes round in circles the first step may be drawn far down.
                el.scrollTop = (first.y - first.height) * this.state.zoom - 16;
            });
        }
    }

    fit(least = ZOOM.least) {
        const { width, height } = this.drawing;
        const { clientWidth, clientHeight } = this.view.el;
        this.setZoom(Math.max(least, Math.min(clientWidth / width, clientHeight / height, 1)));
    }

    setZoom(zoom) {
        this.state.zoom = Math.min(ZOOM.most, Math.max(ZOOM.least, zoom || 1));
    }

    /** @param {number} factor @param {{x: number, y: number}} [point] of the view, which stays where it is */
    zoomBy(factor, point) {
        const { el } = this.view;
        const { x, y } = point || { x: el.clientWidth / 2, y: el.clientHeight / 2 };
        const before = this.state.zoom;
        this.setZoom(before * factor);
        const ratio = this.state.zoom / before;
        const [left, top] = [(el.scrollLeft + x) * ratio - x, (el.scrollTop + y) * ratio - y];
        // The drawing has its new size only after it was rendered.
        requestAnimationFrame(() => el.scrollTo(left, top));
    }

    zoomIn() {
        this.zoomBy(ZOOM.step);
    }

    zoomOut() {
        this.zoomBy(1 / ZOOM.step);
    }

    onWheel(ev) {
        if (!ev.ctrlKey && !ev.metaKey) {
            return; // the wheel alone scrolls
        }
        ev.preventDefault();
        const { left, top } = this.view.el.getBoundingClientRect();
        const factor = Math.exp(-Math.sign(ev.deltaY) * Math.min(Math.abs(ev.deltaY), 100) * 0.002);
        this.zoomBy(factor, { x: ev.clientX - left, y: ev.clientY - top });
    }

    /** The drawing is moved by its ground. */
    onPointerDown(ev) {
        if (ev.button !== 0 || ev.target.closest(".o_mobifone_node")) {
            return;
        }
        const { el } = this.view;
        const start = { x: ev.clientX + el.scrollLeft, y: ev.clientY + el.scrollTop };
        const move = (moved) => el.scrollTo(start.x - moved.clientX, start.y - moved.clientY);
        const end = () => {
            el.removeEventListener("pointermove", move);
            el.classList.remove("o_mobifone_moving");
        };
        el.classList.add("o_mobifone_moving");
        el.setPointerCapture(ev.pointerId);
        el.addEventListener("pointermove", move);
        el.addEventListener("lostpointercapture", end, { once: true });
    }

    // -------------------------------------------------------------------------
    // Keyboard
    // -------------------------------------------------------------------------

    onFocus(node) {
        this.state.current = node.key;
    }

    onKeydown(ev, node) {
        const target = this.keyTarget(ev.key, node);
        if (ev.key === "Enter" || ev.key === " ") {
            this.openStep(node.id);
        } else if (ev.key === "+" || ev.key === "=") {
            this.zoomIn();
        } else if (ev.key === "-") {
            this.zoomOut();
        } else if (ev.key === "0") {
            this.fit();
        } else if (target) {
            this.focusNode(target);
        } else if (!ev.key.startsWith("Arrow")) {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }

    keyTarget(key, node) {
        const { arrows, nodes } = this.drawing;
        const nearest = (steps, way = () => true) =>
            steps.filter(way).sort((a, b) => Math.abs(a.x - node.x) - Math.abs(b.x - node.x))[0];
        const beside = nodes.filter((other) => other !== node && Math.abs(other.y - node.y) < 40);
        switch (key) {
            case "ArrowDown":
                return nearest(
                    arrows.filter((arrow) => arrow.source === node.key).map(({ to }) => to)
                );
            case "ArrowUp":
                return nearest(
                    arrows.filter((arrow) => arrow.target === node.key).map(({ from }) => from)
                );
            case "ArrowLeft":
                return nearest(beside, (other) => other.x < node.x);
            case "ArrowRight":
                return nearest(beside, (other) => other.x > node.x);
            case "Home":
                return nodes[0];
            default:
                return null;
        }
    }

    focusNode(node) {
        const el = this.svg.el.querySelector(`[data-id="${node.id}"]`);
        el.focus({ preventScroll: true });
        el.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
}

registry.category("fields").add("mobifone_script_graph", {
    component: ScriptGraph,
    displayName: _t("Picture of a call script"),
    supportedTypes: ["json"],
});
