// Candidates at each place of a line, and the best reading of it by dynamic programming.
#include "reader.hpp"

#include <limits>

namespace shouxin {

namespace {

constexpr size_t ahead = 12;  // characters: how early what will be looked up is fetched

constexpr uint32_t length_bit(size_t length) { return 1u << std::min<size_t>(length, 31); }

}  // namespace

void Known::add(Text name) {
    if (!names_.emplace(name).second) return;
    lengths_[lex_.codes[name[0]]] |= length_bit(name.size());
    pairs_[pair(name)] = true;
}

bool Known::has(Text text) const {
    return lengths_[lex_.codes[text[0]]] & length_bit(text.size()) && pairs_[pair(text)] && names_.count(std::u16string(text));
}

bool Known::missed(Text line, const Name* first, const Name* last) const {
    for (size_t at = 0; at + 1 < line.size(); at++) {
        uint32_t lengths = lengths_[lex_.codes[line[at]]];
        if (!lengths || !pairs_[pair(line.substr(at, 2))]) continue;
        while (first != last && first->start < at) first++;
        for (size_t size = 2; size <= line.size() - at && size < 64; size++) {
            if (!(lengths & length_bit(size))) continue;
            if (first != last && first->start == at && first->end == at + size) continue;
            if (names_.count(std::u16string(line.substr(at, size)))) return true;
        }
    }
    return false;
}

void Reader::read(Text line, const Known* known, std::vector<Name>& names) {
    text_ = line, known_ = known, n_ = line.size();
    surround();
    best_.assign(n_ + 1, Step{std::numeric_limits<int>::min() / 2, 0, 0, false});
    best_[0].total = 0;
    for (size_t at = 0; at < n_; at++) {
        step(at, at + 1, 0, false, 0);
        for (uint32_t w = places_[at].words; w != places_[at + 1].words; w++)
            step(at, words_[w].end, lex_.words[std::min<size_t>(words_[w].end - at, lex_.words.size() - 1)], false, 0);
        if (!codes_[at] || !(han(text_[at]) || letter(at).is(Letter::dot))) continue;
        listed_ = in_list(at) ? lex_.listed : 0;
        candidates(at);
    }
    trace(names);
}

void Reader::trace(std::vector<Name>& names) {
    begins_.assign(n_ + 1, 0), names_.assign(n_ + 1, 0);
    begins_[n_] = 1;
    size_t before = names.size();
    for (size_t end = n_; end; end = best_[end].from) {
        begins_[best_[end].from] = 1;
        if (best_[end].name) names_[best_[end].from] = static_cast<uint32_t>(end), names.push_back({best_[end].from, static_cast<uint32_t>(end), best_[end].weight});
    }
    std::reverse(names.begin() + static_cast<std::ptrdiff_t>(before), names.end());
}

void Reader::surround() {
    codes_.resize(n_), places_.assign(n_ + 1, Place{}), words_.clear();
    dots_ = false;
    for (size_t at = 0; at < n_; at++) {
        codes_[at] = lex_.codes[text_[at]];
        if (!han(text_[at])) dots_ |= letter(at).is(Letter::dot);
    }
    bool open = false;
    for (size_t at = 0; at < n_; at++) {
        open = places_[at].title = text_[at] == u'《' || (open && text_[at] != u'》');
        if (at + ahead + 1 < n_) lex_.trie.fetch(codes_[at + ahead], codes_[at + ahead + 1]);
        places_[at].words = static_cast<uint32_t>(words_.size());
        if (codes_[at] && !(at && ascii_alnum(text_[at]) && ascii_alnum(text_[at - 1]))) look_up(at);
    }
    places_[n_].words = static_cast<uint32_t>(words_.size());
}

void Reader::look_up(size_t at) {
    Place& here = places_[at];
    uint32_t node = 0;
    for (size_t end = at; end < n_ && codes_[end] && (node = lex_.trie.next(node, codes_[end]));) {
        end++;
        if (lex_.trie.known(node)) meet(here, end - at, end, lex_.trie.entry(node));
        if (!lex_.trie.goes_on(node)) break;
    }
}

// An entry of some characters begins here and ends there.
void Reader::meet(Place& here, size_t size, size_t end, const Entry& entry) {
    if (entry.flags & Entry::word || (entry.flags & Entry::place && size > 1))
        words_.push_back({static_cast<uint32_t>(end), (entry.flags & Entry::person) != 0});
    here.met |= entry.flags;
    here.after = std::max(here.after, entry.after);
    places_[end].before = std::max(places_[end].before, entry.before);
    if (entry.flags & Entry::label) mark(end);
}

void Reader::mark(size_t end) {
    size_t begin = end;
    bool blank = true;
    while (begin < n_ && begin < end + 5 && letter(begin).is(Letter::after_label)) blank &= letter(begin++).is(Letter::blank);
    int8_t& label = places_[begin].label;
    if (begin > end) label = std::max(label, static_cast<int8_t>(blank ? lex_.label_blank : lex_.label));
}

int Reader::beside(size_t start, size_t end) const {
    int label = places_[start].label, before = places_[start].before * lex_.context, after = places_[end].after * lex_.context;
    bool edge = start == 0 || letter(start - 1).is(Letter::opener), ends = end == n_ || letter(end).is(Letter::opener);
    int sum = places_[start].title ? lex_.title : 0;
    sum += label ? label : before ? before : edge ? lex_.edge : 0;
    sum += after ? after : ends ? lex_.edge : 0;
    return sum + ((before || edge || label) && (after || ends) ? lex_.both : 0);
}

// Whether a certain name and a comma of a list stand before a place in the best reading.
bool Reader::in_list(size_t at) const {
    return at >= 2 && letter(at - 1).is(Letter::listing) && best_[at].from == at - 1 && best_[at - 1].name && best_[at - 1].weight >= lex_.certain;
}

inline void Reader::step(size_t from, size_t to, int worth, bool name, int weight) {
    int total = best_[from].total + worth;
    if (total > best_[to].total) best_[to] = {total, static_cast<uint32_t>(from), static_cast<int16_t>(weight), name};
}

void Reader::name(size_t start, size_t end, int weight) {
    weight += beside(start, end) + listed_;
    bool again = known_ && known_->has(text_.substr(start, end - start));
    // What is worth less than its characters one by one is in no best reading; a word only loses.
    if (!again && (weight < lex_.cost || best_[start].total + weight - lex_.cost <= best_[end].total)) return;
    for (uint32_t w = places_[start].words; w != places_[start + 1].words; w++)
        if (words_[w].end == end && !words_[w].person) weight += lex_.is_word;
    if (again) weight += lex_.again;
    step(start, end, weight - lex_.cost, true, weight);
}

void Reader::candidates(size_t at) {
    const Letter& head = letter(at);
    if (head.surname >= 0) chinese(at, 1, lex_.surname[static_cast<size_t>(head.surname)] + head.ambiguous);
    if (places_[at].met & Entry::surname) chinese(at, 2, lex_.double_surname);
    if (head.is(Letter::small))
        nickname(at);
    else if (at + 1 < n_ && text_[at] == text_[at + 1] && head.second == 3)
        name(at, at + 2, lex_.doubled);
    foreign(at);
}

void Reader::polite(size_t at, size_t begin, int base) {
    for (const std::u16string& honorific : lex_.honorifics)
        if (text_.substr(begin, honorific.size()) == honorific) name(at, begin + honorific.size(), base + lex_.honorific);
}

void Reader::chinese(size_t at, size_t length, int base) {
    size_t begin = at + length;
    if (begin >= n_) return;
    const Letter& one = letter(begin);
    if (one.is(Letter::polite)) polite(at, begin, base);
    if (text_[begin] == u'某') name(at, begin + (is(begin + 1, Letter::somebody) ? 2 : 1), base + lex_.somebody);
    if (!han(text_[begin]) || one.is(Letter::never)) return;
    int follows = one.is(Letter::follows) ? lex_.following : 0;
    name(at, begin + 1, base + lex_.only[static_cast<size_t>(std::max(one.first, one.second))] + (length == 1 ? lex_.two : 0) + follows);
    if (begin + 1 >= n_ || !han(text_[begin + 1]) || is(begin + 1, Letter::never)) return;
    const Letter& two = letter(begin + 1);
    int given = lex_.given_first[static_cast<size_t>(one.first)] + lex_.given_second[static_cast<size_t>(two.second)];
    if (text_[begin] == text_[begin + 1]) given = std::max(given, lex_.given_first[2] + lex_.given_second[3]);
    name(at, begin + 2, base + given + lex_.three + (two.is(Letter::follows) ? lex_.following : 0));
}

void Reader::nickname(size_t at) {
    if (at + 1 >= n_) return;
    const Letter& next = letter(at + 1);
    bool fits = text_[at] == u'阿' ? std::max(next.first, next.second) == 3 : next.surname >= 0 && next.surname <= 2;
    if (fits) name(at, at + 2, lex_.nickname);
}

// Where a name that seems to end goes on to a dot, or 0.
size_t Reader::dot_behind(size_t end) const {
    while (is(end, Letter::transliteration)) end++;
    return is(end, Letter::dot) ? end : 0;
}

void Reader::foreign(size_t at) {
    bool after_dot = at && is(at - 1, Letter::dot);
    if (places_[at].met & (Entry::person | Entry::japanese)) listed(at, after_dot);
    if (is(at, Letter::typical) && places_[at + 1].met & Entry::person) before_listed(at);
    int total = lex_.transliteration[0];
    for (size_t end = at; end < n_ && end - at < 8 && letter(end).flags & (Letter::transliteration | Letter::minority);) {
        total += lex_.transliteration[letter(end).is(Letter::typical) ? 2 : 1];
        end++;
        bool dot = is(end, Letter::dot);
        if (end - at >= 2 && is(at, Letter::transliteration) && !dot && !after_dot) name(at, end, total + (end - at == 2 ? lex_.pair : 0));
        if (dot) dotted(at, end);
    }
    if (!dots_) return;
    size_t dot = at;
    bool beside = false;
    for (; dot < n_ && dot - at < 8 && letter(dot).flags & Letter::spelling; dot++) beside |= is(dot, Letter::beside_dot);
    if (beside && is(dot, Letter::dot)) dotted(at, dot);
}

// Names of the list; one that goes on to a dot is part of a longer name.
void Reader::listed(size_t at, bool after_dot) {
    uint32_t node = 0;
    for (size_t end = at; end < n_ && codes_[end] && (node = lex_.trie.next(node, codes_[end]));) {
        const Entry& entry = lex_.trie.entry(node);
        end++;
        if (!(entry.flags & (Entry::person | Entry::japanese)) || after_dot) continue;
        if (size_t dot = dot_behind(end)) {
            if (entry.flags & Entry::person) dotted(at, dot);
            continue;
        }
        if (entry.flags & Entry::person) known(at, end);
        if (entry.flags & Entry::japanese) japanese(at, end);
    }
}

// A name of the list, with a second one behind it (扎西 卓玛), with what may be its end (西蒙 尼).
void Reader::known(size_t at, size_t end) {
    auto length = [](size_t from, size_t to) { return static_cast<int>(to - from); };
    int base = lex_.known[0], each = lex_.known[1], alone = base + each * length(at, end);
    name(at, end, alone);
    uint32_t node = 0;
    for (size_t last = end; last < n_ && codes_[last] && (node = lex_.trie.next(node, codes_[last]));)
        if (last++; lex_.trie.entry(node).flags & Entry::person && !dot_behind(last)) name(at, last, alone + 2 * base + each * length(end, last));
    int further = 0;
    auto spells = [&](size_t i) { return is(i, Letter::transliteration); };
    for (size_t last = end + 1; last <= end + 2 && spells(last - 2) && spells(last - 1) && !is(last, Letter::dot); last++)
        name(at, last, alone + (further += lex_.further[is(last - 1, Letter::typical)]));
}

// What may be the beginning of a longer name with a name of the list as its end (奥 沙利文).
void Reader::before_listed(size_t at) {
    uint32_t node = 0;
    for (size_t end = at + 1; end < n_ && codes_[end] && (node = lex_.trie.next(node, codes_[end]));)
        if (end++; lex_.trie.entry(node).flags & Entry::person && !dot_behind(end))
            name(at, end, lex_.known[0] + lex_.known[1] * static_cast<int>(end - at - 1) + lex_.further[1]);
}

void Reader::japanese(size_t at, size_t end) {
    int fit = lex_.japanese;
    for (size_t size = 1; size <= 3 && end + size <= n_ && han(text_[end + size - 1]); size++) {
        const Letter& one = letter(end + size - 1);
        bool fits = one.is(Letter::japanese);
        if (one.is(Letter::never) && !fits) break;
        fit += lex_.japanese_given[fits];
        if (size == 2 || (size == 3 && one.is(Letter::japanese_third)) || (size == 1 && fits)) name(at, end + size, fit + lex_.japanese_length[size]);
    }
    name(at, end, lex_.japanese);
}

void Reader::dotted(size_t at, size_t end) {
    while (is(end, Letter::dot)) {
        size_t begin = ++end, listed = 0;
        while (end < n_ && end - begin < 9 && letter(end).flags & Letter::spelling) end++;
        uint32_t node = 0;
        for (size_t stop = begin; stop < n_ && codes_[stop] && (node = lex_.trie.next(node, codes_[stop]));)
            if (stop++; lex_.trie.entry(node).flags & Entry::person) listed = stop;
        end = std::max(end, listed);
        if (end == begin) return;
        auto stop = [&](size_t to) {
            name(at, to, lex_.dot[0] + lex_.dot[1] * static_cast<int>(to - at) + (letter(to - 1).is(Letter::follows) ? lex_.following : 0));
        };
        if (!is(end, Letter::dot)) {
            if (listed && end > listed && end - listed < 3) stop(listed);
            if (end - begin > 2) stop(end - 1);
        }
        stop(end);
    }
}

}  // namespace shouxin
