import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { normalize } from "@web/core/l10n/utils";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { LEVELS, LEVEL_ICONS, LEVEL_LABELS } from "./script_words";
import { useStepDialog } from "./step_dialog";

const SHOWN = 25;

/** "Đồng ý" → "dong y": a search needs no diacritics */
function plain(text) {
    return normalize(text).replaceAll("đ", "d");
}

/** What the last check found: what is wrong, and every way that a call can take. */
export class ScriptCheck extends Component {
    static template = "mobifone_consult.ScriptCheck";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.openStep = useStepDialog(() => this.props.record);
        this.icons = LEVEL_ICONS;
        this.labels = LEVEL_LABELS;
        this.state = useState({ text: "", outcome: "", shown: SHOWN });
        onWillStart(() => this.load(this.props.record));
        onWillUpdateProps(({ record }) => this.load(record));
    }

    /** The report may be long, so it does not come with the form. */
    async load(record) {
        const version = `${record.resId} ${record.data.checked_on}`;
        if (this.version === version || !record.resId) {
            return;
        }
        this.version = version;
        const [[{ check_report }], { outcome }, samples] = await Promise.all([
            this.orm.read("mobifone.script.version", [record.resId], ["check_report"]),
            this.orm.call("mobifone.call", "fields_get", [["outcome"], ["selection"]]),
            this.orm.call("mobifone.script.version", "samples", []),
        ]);
        this.outcomes = Object.fromEntries(outcome.selection);
        this.samples = Object.fromEntries(samples.map(({ key, label }) => [key, label]));
        this.report = check_report;
        this.ways = check_report ? this.told(check_report.paths, record.data.graph) : [];
        Object.assign(this.state, { text: "", outcome: "", shown: SHOWN });
    }

    get checkedOn() {
        const { checked_on } = this.props.record.data;
        return checked_on
            ? formatDateTime(
                  typeof checked_on === "string" ? deserializeDateTime(checked_on) : checked_on
              )
            : "";
    }

    get isStale() {
        return this.props.record.data.check_state === "stale";
    }

    // -------------------------------------------------------------------------
    // Findings
    // -------------------------------------------------------------------------

    get findings() {
        const { nodes } = this.props.record.data.graph;
        const steps = Object.fromEntries(nodes.map((node) => [node.key, node]));
        return this.report.findings
            .map((finding, place) => ({ ...finding, place, node: steps[finding.step] }))
            .sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) || a.place - b.place);
    }

    // -------------------------------------------------------------------------
    // Ways
    // -------------------------------------------------------------------------

    /** Each way in people's words, with the text that a search looks at. */
    told(paths, graph) {
        const steps = Object.fromEntries(graph.nodes.map((node) => [node.key, node]));
        const answers = Object.fromEntries(
            graph.edges.map((edge) => [`${edge.source}.${edge.key}`, edge.label])
        );
        return paths.map((path, place) => {
            const passed = path.passed.map(([step, answer]) => ({
                title: steps[step]?.title || step,
                answer: answers[`${step}.${answer}`] || answer,
                isDecided: steps[step]?.kind === "decide",
            }));
            const outcome = this.outcomes[path.outcome] || path.outcome;
            const end = steps[path.end]?.title || path.end;
            const words = passed.map(({ title, answer }) => `${title} › ${answer}`);
            return {
                number: place + 1,
                passed,
                code: path.outcome,
                outcome,
                end,
                lines: path.lines,
                sample: this.samples[path.sample] || path.sample,
                words: plain([...words, end, outcome].join(" ")),
            };
        });
    }

    /** [[code, label, count], …], the most frequent first */
    get outcomeCounts() {
        return Object.entries(this.report.outcomes)
            .map(([code, count]) => [code, this.outcomes[code] || code, count])
            .sort((a, b) => b[2] - a[2]);
    }

    get found() {
        const words = plain(this.state.text).split(/\s+/).filter(Boolean);
        return this.ways.filter(
            (way) =>
                (!this.state.outcome || way.code === this.state.outcome) &&
                words.every((word) => way.words.includes(word))
        );
    }

    get foundText() {
        return _t("%(found)s of %(all)s ways", { found: this.found.length, all: this.ways.length });
    }

    linesText(way) {
        return _t("%(count)s sample lines take it, for example: %(sample)s", {
            count: way.lines,
            sample: way.sample,
        });
    }

    onSearch(ev) {
        Object.assign(this.state, { text: ev.target.value, shown: SHOWN });
    }

    onOutcome(code) {
        const outcome = this.state.outcome === code ? "" : code;
        Object.assign(this.state, { outcome, shown: SHOWN });
    }

    onMore() {
        this.state.shown += SHOWN;
    }
}

registry.category("view_widgets").add("mobifone_script_check", {
    component: ScriptCheck,
    fieldDependencies: [
        { name: "graph", type: "json", readonly: true },
        { name: "checked_on", type: "datetime", readonly: true },
        { name: "check_state", type: "selection", readonly: true },
    ],
});
