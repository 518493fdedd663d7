#include "finder.hpp"

namespace shouxin {

namespace {

// Where a fixed line with its extension ends: 转801, 分机 8012, ext. 12.
int64_t extended(View v, int64_t end) {
    int64_t at = end + (v[end] == ' ');
    if (stands(v, at, "转") || stands(v, at, "轉"))
        at += 3;
    else if (stands(v, at, "分机") || stands(v, at, "分機"))
        at += 6;
    else if (at > end && lowered(v[at]) == 'e' && lowered(v[at + 1]) == 'x' && lowered(v[at + 2]) == 't')
        at += 3 + (v[at + 3] == '.');
    else
        return end;
    at += v[at] == ' ';
    const int64_t size = digits_at(v, at);
    return size >= 1 && size <= 6 && !alnum(v[at + size]) ? at + size : end;
}

// Whether letters and digits stand mixed in the run that holds i.
bool mixes(View v, int64_t i) {
    bool digits = false, letters = false;
    int64_t from = i, to = i;
    while (alnum(v[from - 1]) && i - from < 64) from--;
    while (alnum(v[to]) && to - i < 64) to++;
    for (int64_t k = from; k < to; k++) (digit(v[k]) ? digits : letters) = true;
    return digits && letters;
}

}  // namespace

void Finder::take(Run run) {
    if (run.begin < skip_) return;
    best_ = {};
    if (v[run.begin - 1] == '@' && email(run)) return;
    if (run.digits == 0)
        letters(run);
    else if (run.digits == run.length())
        digits(run.begin, run.end, 0);
    else
        mixed(run);
    if (best_.end == 0 || best_.score < least_) return;
    found.push_back(best_);
    skip_ = best_.end;
}

// Words are looked for only where they could change what is reported; words behind only where none before does.
void Finder::consider(Kind kind, int64_t start, int64_t end, Evidence found) {
    const Tables::Score& scores = t.score(kind, found);
    if (scores.most < least_ || scores.most <= best_.score) return;
    float score = scores.as_is;
    if (kind == Kind::landline) end = extended(v, end);
    bool enough = score >= least_;
    if (!enough || scores.worst < least_) {
        found |= around_.says(t, v, start, end, kind, !enough);
        score = t.score(kind, found).as_is;
    }
    if (score > best_.score) best_ = {kind, found, score, start, end};
}

bool Finder::fraction(int64_t a, int64_t b) const {
    return (v[a - 1] == '.' && digit(v[a - 2])) || (v[b] == '.' && digit(v[b + 1]));
}

bool Finder::coded(int64_t a, int64_t b) const {
    return v[a - 1] == '-' && v[b] == '-' && alnum(v[b + 1]) && (mixes(v, a - 2) || mixes(v, b + 1));
}

void Finder::letters(Run run) {
    uint8_t before = v[run.begin - 1], after = v[run.end];
    if (run.length() <= 4 && (after == ':' || after == '-' || after == '.')) {
        if (run.length() == 2 && after != '.') mac(run.begin);
        if (run.length() == 4 && after == '.') mac(run.begin);
        if (after == ':') ipv6(run.begin);
    }
    if (run.length() == 1 && before >= 0x80) plate(run);
    labelled(run.begin, run.end, 0);
}

void Finder::digits(int64_t a, int64_t b, Evidence known) {
    uint8_t after = v[b];
    if (after == '@' && alnum(v[b + 1])) return;
    if (b - a <= 4) {
        if (after == '.') {
            ipv4(a, known);
            coordinates(a);
        }
        if ((b - a == 2 && (after == ':' || after == '-')) || (b - a == 4 && after == '.')) mac(a);
        if (after == ':') ipv6(a);
        if (b - a == 4) dotted_date(a, b);
    }
    if (v[a - 1] == 0xBF || v[a - 1] == 0xB7) embassy(a, b);  // 使 or ·
    if (best_.score < least_) plain(a, b, known);
    if (best_.score < least_ && !international(a, b)) b - a == 1 ? apart(a) : grouped(a, b);
    if (b - a >= 4) labelled(a, b, b - a, known & evidence::glued);
}

void Finder::mixed(Run run) {
    uint8_t before = v[run.begin - 1], after = v[run.end];
    if (run.length() <= 4) {
        if ((run.length() == 2 && (after == ':' || after == '-')) || (run.length() == 4 && after == '.')) mac(run.begin);
        if (after == ':') ipv6(run.begin);
    }
    if (before >= 0x80 && run.length() >= 5 && run.length() <= 8) plate(run);
    code(run);
    if (best_.score < least_ && letter(v[run.begin])) glued(run);
    if (best_.score < least_) known_secret(run);
    labelled(run.begin, run.end, run.digits);
}

// `IP144…`, `QQ12345678`, `tel138…`, `sfz1101…X`: a word of context, then the number.
bool Finder::glued(Run run) {
    int64_t a = run.begin;
    while (a < run.end && letter(v[a])) a++;
    int64_t b = run.end - (lowered(v[run.end - 1]) == 'x');
    if (a - run.begin < 2 || a - run.begin > 12 || a + digits_at(v, a) < b) return false;
    const Word* word = t.begins(v, run.begin, a);
    if (!word || run.begin + static_cast<int64_t>(word->text.size()) != a) return false;
    if (b == run.end)
        digits(a, b, evidence::glued);
    else if (run.end - a == 18)
        resident(a, run.end, v.s + a, evidence::glued);
    return true;
}

}  // namespace shouxin
