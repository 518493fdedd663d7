#include "context.hpp"

namespace shouxin {

namespace {

constexpr int reach = 16;  // characters

// What ends the look back: the word before it belongs to something else.
bool parts(View v, int64_t i) {
    uint8_t c = v.s[i];
    if (c < 0x80) return c == ',' || c == ';';
    return (c == 0xEF || c == 0xE3) && (stands(v, i, "，") || stands(v, i, "；") || stands(v, i, "。"));
}

// What ends the look ahead: the next word then belongs to something else.
bool stops(View v, int64_t i) {
    uint8_t c = v[i];
    if (c >= 0x80 && c != 0xEF && c != 0xE3) return false;
    if (c == 0 || c == ',' || c == ';' || c == '\n' || c == '\t' || digit(c)) return true;
    return stands(v, i, "，") || stands(v, i, "；") || stands(v, i, "。") || stands(v, i, "、");
}

Evidence said(const Word& word, uint64_t bit) {
    if (word.announces & bit) return evidence::context;
    if (word.against & bit) return evidence::against;
    return word.announces ? evidence::other : 0;
}

}  // namespace

Evidence Around::says(const Tables& tables, View v, int64_t start, int64_t end, Kind kind, bool behind) {
    const uint64_t bit = 1ull << static_cast<int>(kind);
    if (start != start_ || end != end_) {
        start_ = at_ = start, end_ = end, before_ = 0, after_ = -1;
        steps_ = reach;
    }
    for (int i = 0; i < before_; i++)
        if (Evidence found = said(*words_[i], bit)) return found;
    while (const Word* word = next_before(tables, v)) {
        words_[before_++] = word;
        if (Evidence found = said(*word, bit)) return found;
    }
    if (!behind) return 0;
    if (after_ < 0) look_behind(tables, v);
    for (int i = before_; i < after_; i++)
        if (words_[i]->announces & bit) return evidence::context;
    return 0;
}

// The next word on the way back from the candidate, or null at the end of the way.
const Word* Around::next_before(const Tables& tables, View v) {
    while (steps_ > 0 && at_ > 0 && before_ < most) {
        steps_--;
        at_--;
        for (int extra = 0; extra < 3 && at_ > 0 && continues(v.s[at_]); extra++) at_--;
        if (parts(v, at_)) break;
        if (const Word* word = tables.begins(v, at_, start_)) return word;
    }
    steps_ = 0;
    return nullptr;
}

void Around::look_behind(const Tables& tables, View v) {
    after_ = before_;
    int64_t at = end_;
    for (int step = 0; step < reach && at < v.n && after_ < 2 * most && !stops(v, at); step++) {
        if (const Word* word = tables.begins(v, at, v.n)) words_[after_++] = word;
        at++;
        for (int extra = 0; extra < 3 && continues(v[at]); extra++) at++;
    }
}

Label label_before(const Tables& tables, View v, int64_t start) {
    int64_t at = start;
    bool marked = false;
    for (int step = 0; step < 8 && at > 1; step++) {
        if (const Word* word = tables.ends(v, at)) return {word, at - static_cast<int64_t>(word->text.size()), marked};
        uint8_t c = v[at - 1];
        if (c == ':' || c == '=') {
            marked = true;
            at--;
        } else if (c == ' ' || c == '\t' || c == '"' || c == '\'') {
            at--;
        } else if (c < 0x80) {
            break;
        } else if (stands(v, at - 3, "：") || stands(v, at - 3, "是") || stands(v, at - 3, "为")) {
            marked = true;
            at -= 3;
        } else if (stands(v, at - 3, "号") || stands(v, at - 3, "码")) {
            at -= 3;
        } else {
            break;
        }
    }
    return {nullptr, at, marked};
}

int opening_before(View v, int64_t i) {
    if (v[i - 1] == '(') return 1;
    return stands(v, i - 3, "（") ? 3 : 0;
}

int closing_at(View v, int64_t i) {
    if (v[i] == ')') return 1;
    return stands(v, i, "）") ? 3 : 0;
}

int plus_before(View v, int64_t i) {
    if (v[i - 1] == '+') return 1;
    return stands(v, i - 3, "＋") ? 3 : 0;
}

}  // namespace shouxin
