import { Component, useEffect, useRef } from "@odoo/owl";
import { normalize } from "@web/core/l10n/utils";

/** "Giảng dạy, đào tạo" → ["giang", "day", "dao", "tao"] */
export function plainWords(text) {
    return normalize(text)
        .replaceAll("đ", "d")
        .split(/[^a-z0-9]+/)
        .filter(Boolean);
}

/**
 * The options that fit what was typed: a code, or beginnings of words of the label or the example, with or without
 * diacritics. The best first: the very code, then labels, then examples.
 *
 * @param {Object[]} options {value, label, example}
 * @param {string} text
 */
export function fittingOptions(options, text) {
    const typed = plainWords(text);
    const fits = (words) => typed.every((part) => words.some((word) => word.startsWith(part)));
    const rank = ({ value, label, example }) => {
        const code = String(value);
        if (typed.length === 1 && /^\d+$/.test(typed[0])) {
            return code === typed[0] ? 1 : code.startsWith(typed[0]) ? 2 : 0;
        }
        return fits(plainWords(label)) ? 1 : fits(plainWords(`${label} ${example}`)) ? 2 : 0;
    };
    return options
        .map((option) => ({ option, rank: rank(option) }))
        .filter((item) => item.rank)
        .sort((a, b) => a.rank - b.rank)
        .map((item) => item.option);
}

/** One of many options: typed by code or word, or chosen with the arrows. Enter hands it over. */
export class OptionField extends Component {
    static template = "mobifone_consult.OptionField";
    static props = {
        field: Object, // {name, label, options, example}
        leaveKey: String,
        text: String,
        chosen: { type: [Number, { value: null }] }, // value of an option
        onChange: Function, // (text, chosen)
        onEnter: Function,
    };

    setup() {
        this.list = useRef("list");
        useEffect(
            (chosen) => {
                if (chosen !== null) {
                    this.list.el.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
                }
            },
            () => [this.props.chosen]
        );
    }

    get options() {
        return this.fitting(this.props.text);
    }

    fitting(text) {
        const { options } = this.props.field;
        return text.trim() ? fittingOptions(options, text) : options;
    }

    get listId() {
        return `o_mobifone_options_${this.props.field.name}`;
    }

    optionId(value) {
        return `${this.listId}_${value}`;
    }

    onInput(ev) {
        const text = ev.target.value;
        // What was typed has chosen the option it fits best; an empty field has chosen nothing.
        const best = text.trim() ? this.fitting(text)[0] : undefined;
        this.props.onChange(text, best ? best.value : null);
    }

    onChoose(value) {
        this.props.onChange(this.props.text, value);
    }

    onKeydown(ev) {
        if (ev.isComposing) {
            return;
        }
        if (ev.key === "ArrowDown" || ev.key === "ArrowUp") {
            ev.preventDefault();
            this.move(ev.key === "ArrowDown" ? 1 : -1);
        } else if (ev.key === "Enter") {
            ev.preventDefault();
            if (!ev.repeat) {
                this.props.onEnter();
            }
        }
    }

    move(by) {
        const values = this.options.map((option) => option.value);
        if (values.length) {
            const place = values.indexOf(this.props.chosen);
            const next = place < 0 && by < 0 ? -1 : place + by;
            this.onChoose(values[(next + values.length) % values.length]);
        }
    }
}
