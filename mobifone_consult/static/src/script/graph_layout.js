/**
 * Where the steps and arrows of a script are drawn. Knows nothing of the page: what it measures and lays out with is
 * given to it.
 */

export const NODE = { width: 208, padding: 12, head: 22, line: 18 };
const LABEL = { height: 15, most: 26, lines: 3, size: 0.88 };
const CORNER = 24;
// Many ends below one step stand in rows: side by side they would make the picture several screens wide.
const ENDS = { least: 4, columns: 4, gap: 14, label: 20 };

/**
 * @param {{nodes: Object[], edges: Object[]}} graph as the server's field `graph` tells it
 * @param {Object} dagre the library
 * @param {(text: string) => number} measure width of a text in the drawing's font
 * @returns {{width: number, height: number, nodes: Object[], arrows: Object[], groups: Object[]}} the nodes with x, y
 *  (centre), width, height and lines; the arrows with the nodes they join, path and label; the groups of ends with
 *  x, y (centre), width and height. An arrow to an end in a group has no path, the group has one.
 */
export function layoutGraph(graph, dagre, measure) {
    const nodes = graph.nodes.map((node) => {
        const lines = wrap(node.title, NODE.width - 2 * NODE.padding, measure);
        const height = NODE.head + lines.length * NODE.line + NODE.padding;
        return { ...node, lines, width: NODE.width, height };
    });
    const arrows = joined(graph.edges);
    const byKey = new Map(nodes.map((node) => [node.key, node]));
    for (const arrow of arrows) {
        arrow.from = byKey.get(arrow.source);
        arrow.to = byKey.get(arrow.target);
    }
    const groups = groupsOfEnds(arrows);
    const grouped = new Set(groups.flatMap((group) => group.arrows));
    const inGroup = new Set([...grouped].map((arrow) => arrow.to));

    const drawing = new dagre.graphlib.Graph();
    drawing.setGraph({
        rankdir: "TB",
        nodesep: 28,
        edgesep: 14,
        ranksep: 34,
        marginx: 16,
        marginy: 16,
    });
    for (const { key, width, height } of nodes.filter((node) => !inGroup.has(node))) {
        drawing.setNode(key, { width, height });
    }
    for (const arrow of arrows.filter(({ from, to }) => from !== to && !inGroup.has(to))) {
        const { lines } = arrow;
        const width = lines.length ? Math.max(...lines.map(measure)) * LABEL.size + 8 : 0;
        drawing.setEdge(arrow.source, arrow.target, {
            width,
            height: lines.length * LABEL.height,
            labelpos: "c",
        });
    }
    for (const { place, source, width, height } of groups) {
        drawing.setNode(place, { width, height });
        drawing.setEdge(source, place, {});
    }
    dagre.layout(drawing);

    for (const node of nodes.filter(({ key }) => drawing.hasNode(key))) {
        const { x, y } = drawing.node(node.key);
        Object.assign(node, { x, y });
    }
    for (const arrow of arrows.filter((arrow) => !grouped.has(arrow))) {
        if (arrow.from === arrow.to) {
            placeLoop(arrow);
            continue;
        }
        const { points, x, y, width, height } = drawing.edge(arrow.source, arrow.target);
        Object.assign(arrow, { path: curve(points), x, y, width, height });
    }
    for (const group of groups) {
        const { x, y } = drawing.node(group.place);
        Object.assign(group, { x, y, path: curve(drawing.edge(group.source, group.place).points) });
        placeEnds(group);
    }
    const { width, height } = drawing.graph();
    return { width: finite(width), height: finite(height), nodes, arrows, groups };
}

/** Ends that only one step leads to, where that step has many of them. */
function groupsOfEnds(arrows) {
    const counts = new Map();
    for (const { target } of arrows) {
        counts.set(target, (counts.get(target) || 0) + 1);
    }
    const bySource = new Map();
    for (const arrow of arrows) {
        if (arrow.to.kind === "end" && counts.get(arrow.target) === 1) {
            bySource.set(arrow.source, [...(bySource.get(arrow.source) || []), arrow]);
        }
    }
    return [...bySource]
        .filter(([, ends]) => ends.length >= ENDS.least)
        .map(([source, ends]) => {
            const columns = Math.min(ENDS.columns, ends.length);
            const rows = Math.ceil(ends.length / columns);
            const cell = ENDS.label + Math.max(...ends.map(({ to }) => to.height)) + ENDS.gap;
            return {
                place: JSON.stringify([source]),
                source,
                arrows: ends,
                columns,
                cell,
                width: columns * (NODE.width + ENDS.gap) + ENDS.gap,
                height: rows * cell + ENDS.gap / 2,
            };
        });
}

/** An answer that leads back to its own step: a loop on the right of the box, its label above it. */
function placeLoop(arrow) {
    const { x, y, width, height } = arrow.from;
    const [right, out] = [x + width / 2, x + width / 2 + 36];
    Object.assign(arrow, {
        path: `M${right},${y - 8} C${out},${y - 24} ${out},${y + 24} ${right},${y + 8}`,
        x: right,
        y: y - height / 2 - LABEL.height,
        width: 2 * height,
        height: arrow.lines.length * LABEL.height,
    });
}

function placeEnds({ x, y, width, height, columns, cell, arrows }) {
    arrows.forEach((arrow, place) => {
        const [row, column] = [Math.floor(place / columns), place % columns];
        const node = arrow.to;
        node.x = x - width / 2 + ENDS.gap + NODE.width / 2 + column * (NODE.width + ENDS.gap);
        node.y = y - height / 2 + row * cell + ENDS.label + ENDS.gap / 2 + node.height / 2;
        const label = { width: NODE.width, height: LABEL.height, x: node.x };
        label.y = node.y - node.height / 2 - LABEL.height / 2 - 1;
        Object.assign(arrow, label, { path: null, lines: arrow.lines.slice(0, 1) });
    });
}

/** dagre says -Infinity of a graph without nodes. */
function finite(length) {
    return Number.isFinite(length) ? length : 0;
}

/** One arrow for all answers that lead from one step to the same other one; a step's only answer needs no words. */
function joined(edges) {
    const counts = new Map();
    for (const edge of edges) {
        counts.set(edge.source, (counts.get(edge.source) || 0) + 1);
    }
    const arrows = new Map();
    for (const edge of edges) {
        const place = JSON.stringify([edge.source, edge.target]);
        if (!arrows.has(place)) {
            arrows.set(place, { place, source: edge.source, target: edge.target, labels: [] });
        }
        if (edge.label) {
            arrows.get(place).labels.push(edge.label);
        }
    }
    for (const arrow of arrows.values()) {
        const shown = counts.get(arrow.source) > 1 ? arrow.labels : [];
        // Of “Step › Answer” the answer says more.
        const told = shown.map((label) => label.split(" › ").at(-1));
        arrow.lines = told.slice(0, LABEL.lines).map((label) => shortened(label, LABEL.most));
        if (shown.length > LABEL.lines) {
            arrow.lines.push(`+ ${shown.length - LABEL.lines}`);
        }
    }
    return [...arrows.values()];
}

function shortened(text, most) {
    return text.length > most ? `${text.slice(0, most - 1).trimEnd()}…` : text;
}

/** The words of a title on at most two lines. */
function wrap(title, width, measure) {
    const lines = [""];
    for (const word of title.split(/\s+/)) {
        const longer = lines.at(-1) ? `${lines.at(-1)} ${word}` : word;
        if (measure(longer) <= width || !lines.at(-1)) {
            lines[lines.length - 1] = longer;
        } else {
            lines.push(word);
        }
    }
    const shown = lines.slice(0, 2);
    const cut = lines.length > 2;
    return shown.map((line, place) => {
        let text = cut && place === 1 ? `${line}…` : line;
        while (measure(text) > width && text.length > 2) {
            text = `${text.slice(0, -2)}…`;
        }
        return text;
    });
}

/** A line through the points, its corners rounded. */
function curve(points) {
    const text = ({ x, y }) => `${round(x)},${round(y)}`;
    let path = `M${text(points[0])}`;
    for (let place = 1; place < points.length - 1; place++) {
        const point = points[place];
        path += ` L${text(near(point, points[place - 1]))} Q${text(point)} ${text(
            near(point, points[place + 1])
        )}`;
    }
    return `${path} L${text(points.at(-1))}`;
}

/** A point on the way from one point to another, not far from the first. */
function near(point, other) {
    const length = Math.hypot(other.x - point.x, other.y - point.y) || 1;
    const part = Math.min(CORNER / length, 0.5);
    return { x: point.x + (other.x - point.x) * part, y: point.y + (other.y - point.y) * part };
}

function round(number) {
    return Math.round(number * 10) / 10;
}

/** Outline of a step by its kind, around (0, 0). */
export function outline({ kind, width, height }) {
    const [x, y] = [width / 2, height / 2];
    switch (kind) {
        case "decide": // pointed at its sides
            return `M${-x},0 L${14 - x},${-y} H${x - 14} L${x},0 L${x - 14},${y} H${14 - x} Z`;
        case "form": // a sheet with its corner turned down
            return `M${-x},${-y} H${x - 16} L${x},${16 - y} V${y} H${-x} Z`;
        case "act": // an arrow to the right
            return `M${-x},${-y} H${x - 14} L${x},0 L${x - 14},${y} H${-x} Z`;
        default: {
            const radius = { end: y, ask: 14 }[kind] || 3;
            return (
                `M${radius - x},${-y} H${x - radius} A${radius},${radius} 0 0 1 ${x},${
                    radius - y
                } V${y - radius} ` +
                `A${radius},${radius} 0 0 1 ${x - radius},${y} H${
                    radius - x
                } A${radius},${radius} 0 0 1 ${-x},` +
                `${y - radius} V${radius - y} A${radius},${radius} 0 0 1 ${radius - x},${-y} Z`
            );
        }
    }
}
