#include "context.hpp"

#include <algorithm>

namespace shouxin {

namespace {

constexpr int reach = 16;  // characters

bool parts(View v, int64_t i) {
    uint8_t c = v.s[i];
    if (c < 0x80) return c == ',' || c == ';';
    if (c != 0xEF && c != 0xE3) return false;
    return std::find(std::begin(partings), std::end(partings), three(v, i)) != std::end(partings);
}

// What ends the look ahead: the next word then belongs to something else.
bool stops(View v, int64_t i) {
    uint8_t c = v[i];
    if (c < 0x80) return c == 0 || c == ',' || c == ';' || c == '\n' || c == '\t' || digit(c);
    return parts(v, i) || (c == 0xE3 && three(v, i) == three("、"));
}

// Whether a Han character stands before `at`, and nothing else that three bytes may be.
bool han_before(View v, int64_t at) {
    if (at < 3) return false;
    const uint8_t* s = v.s + at - 3;
    return leads_han(s[0]) & continues(s[1]) & continues(s[2]);
}

// Where the character before `at` begins; at most four bytes are one.
int64_t previous(View v, int64_t at) {
    at--;
    for (int extra = 0; extra < 3 && at > 0 && continues(v.s[at]); extra++) at--;
    return at;
}

// Whether [start, end) is in brackets behind a time, where a log names its thread; a bracket alone may hold a person's number.
bool thread(View v, int64_t start) {
    int64_t at = start - 1;
    if (v[at] != '[') return false;
    do at--;
    while (v[at] == ' ');
    at -= v[at] == ']';
    at -= v[at] == 'Z';
    return digit(v[at]);
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
    Evidence found = 0;
    for (int i = 0; const Word* word = found ? nullptr : before(tables, v, i); i++) {
        found = said(*word, bit);
        if (!found || found == evidence::context) continue;
        const Word* longer = before(tables, v, i + 1);  // 会员卡号 speaks, not 卡号
        const auto ends = [&](int n) { return begins_[n] + static_cast<int64_t>(words_[n]->text.size()); };
        if (longer && ends(i + 1) >= ends(i)) found = 0;
    }
    if (found != evidence::context && tables.denied(v, end) & bit && (v[end] != ']' || thread(v, start)))
        return evidence::against;
    if (found || !behind) return found;
    if (after_ < 0) look_behind(tables, v);
    for (int i = before_; i < after_; i++)
        if (words_[i]->announces & bit) return evidence::context;
    return 0;
}

const Word* Around::before(const Tables& tables, View v, int number) {
    while (before_ <= number) {
        const Word* word = next_before(tables, v);
        if (!word) return nullptr;
        words_[before_] = word;
        begins_[before_++] = at_;
    }
    return words_[number];
}

// The next word on the way back from the candidate, or null at the end of the way.
const Word* Around::next_before(const Tables& tables, View v) {
    int64_t at = at_, steps = steps_;
    for (; steps > 0 && at > 0 && before_ < most; steps--) {
        if (han_before(v, at)) {
            at -= 3;
        } else {
            at = previous(v, at);
            if (parts(v, at)) break;
        }
        if (const Word* word = tables.begins(v, at, start_)) {
            at_ = at, steps_ = static_cast<int>(steps) - 1;
            return word;
        }
        for (int64_t quiet = 8; quiet == 8;) {
            quiet = std::min(tables.quiet_before(v, at), steps - 1);
            at -= 3 * quiet, steps -= quiet;
        }
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
        if (v.s[at - 1] >= 0x80 && !tables.closes(v.s + at)) break;
        if (const Word* word = tables.ends(v, at)) return {word, at - static_cast<int64_t>(word->text.size()), marked};
        const uint8_t c = v[at - 1];
        if (c == ':' || c == '=') {
            marked = true;
            at--;
        } else if (c == ' ' || c == '\t' || c == '"' || c == '\'') {
            at--;
        } else {
            uint32_t sign = c < 0x80 ? 0 : three(v, at - 3);
            bool marks = sign == three("：") || sign == three("是") || sign == three("为");
            if (!marks && sign != three("号") && sign != three("码")) break;
            marked |= marks;
            at -= 3;
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
    if (v[i - 1] == '+') return v[i - 2] != '+' && !digit(v[i - 2]);  // neither C++ nor a sum
    return stands(v, i - 3, "＋") ? 3 : 0;
}

}  // namespace shouxin
