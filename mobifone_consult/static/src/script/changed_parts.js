// Longer texts are shown whole: their comparison would hold the page up.
const MOST_WORDS = 600;

/**
 * Two texts, each cut into the parts that both have and those that only one has.
 *
 * @param {string} before
 * @param {string} after
 * @returns {[{text: string, changed: boolean}[], {text: string, changed: boolean}[]]}
 */
export function changedParts(before, after) {
    const [old, new_] = [before, after].map((text) => text.match(/\s+|\S+/g) || []);
    if (!old.length || !new_.length || old.length > MOST_WORDS || new_.length > MOST_WORDS) {
        return [[{ text: before, changed: false }], [{ text: after, changed: false }]];
    }
    const common = commonWords(old, new_);
    return [
        parts(old, new Set(common.map(([place]) => place))),
        parts(new_, new Set(common.map(([, place]) => place))),
    ];
}

/** Places [of the first, of the second] of the longest run of words that both have in the same order. */
function commonWords(old, new_) {
    const lengths = Array.from({ length: old.length + 1 }, () => new Uint16Array(new_.length + 1));
    for (let i = old.length - 1; i >= 0; i--) {
        for (let j = new_.length - 1; j >= 0; j--) {
            lengths[i][j] =
                old[i] === new_[j]
                    ? lengths[i + 1][j + 1] + 1
                    : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
        }
    }
    const common = [];
    for (let i = 0, j = 0; i < old.length && j < new_.length; ) {
        if (old[i] === new_[j]) {
            common.push([i++, j++]);
        } else if (lengths[i + 1][j] >= lengths[i][j + 1]) {
            i++;
        } else {
            j++;
        }
    }
    return common;
}

function parts(words, common) {
    const found = [];
    words.forEach((text, place) => {
        const changed = !common.has(place);
        if (found.at(-1)?.changed === changed) {
            found.at(-1).text += text;
        } else {
            found.push({ text, changed });
        }
    });
    return found;
}
