// Candidates at each place of a line, and the best reading of it by dynamic programming.
#include "reader.hpp"

#include <limits>

namespace shouxin {

namespace {

constexpr size_t ahead = 6;  // how early what will be looked up is fetched

constexpr uint32_t length_bit(size_t length) { return 1u << std::min<size_t>(length, 31); }

}  // namespace

void Known::add(Text name) {
    std::u16string made(name);
    if (names_.count(made)) return;
    lengths_[lex_.codes[name[0]]] |= length_bit(name.size());
    pairs_[pair(name[0], name[1]) >> 6] |= uint64_t{1} << (pair(name[0], name[1]) & 63);
    names_.insert(std::move(made));
}

bool Known::has(Text text) const {
    return may_begin(text[0], text[1]) && lengths_[lex_.codes[text[0]]] & length_bit(text.size()) && names_.count(std::u16string(text));
}

bool Known::missed(Text line, const Name* first, const Name* last) const {
    for (size_t at = 0; at + 1 < line.size(); at++) {
        if (!may_begin(line[at], line[at + 1])) continue;
        uint32_t lengths = lengths_[lex_.codes[line[at]]];
        while (first != last && first->start < at) first++;
        for (size_t size = 2; size <= line.size() - at && size < 64; size++) {
            if (!(lengths & length_bit(size))) continue;
            if (first != last && first->start == at && first->end == at + size) continue;
            if (names_.count(std::u16string(line.substr(at, size)))) return true;
        }
    }
    return false;
}

void Reader::look(Text line) {
    text_ = line, n_ = line.size(), met_ = 0;
    if (codes_.size() < n_ + beyond + 1)
        codes_.resize(n_ + beyond + 1), begins_.resize(n_ + ahead + 1), places_.resize(n_ + Trie::longest + 1), best_.resize(n_ + beyond + 1), pieces_.resize(n_ + 1);
    uint32_t flags = 0;
    for (size_t at = 0; at < n_; at++) {
        const Letter& here = lex_.letters[codes_[at] = lex_.codes[text_[at]]];
        flags |= here.flags;
        places_[at] = Place{0, 0, static_cast<int16_t>(here.is(Letter::opener) ? lex_.edge : 0), 0, 0, 0, 0};
    }
    std::fill_n(codes_.begin() + static_cast<std::ptrdiff_t>(n_), beyond + 1, Trie::Code{0});
    places_[n_] = Place{0, 0, static_cast<int16_t>(lex_.edge), 0, 0, 0, 0};
    dots_ = flags & Letter::dot;
    size_t count = 0;  // what may begin an entry is gathered first: no branch is guessed wrong, no load waits for another
    for (size_t at = 0; at < n_; at++) begins_[count] = static_cast<uint32_t>(at), count += lex_.trie.begins(codes_[at], codes_[at + 1]);
    for (size_t i = 0; i < count; i++) {
        if (size_t next = begins_[i + ahead]; i + ahead < count) lex_.trie.fetch(codes_[next], codes_[next + 1]);
        look_up(begins_[i]);
    }
}

void Reader::look_up(size_t at) {
    if (text_[at] < 128 && at && ascii_alnum(text_[at]) && ascii_alnum(text_[at - 1])) return;
    uint32_t node = 0;
    for (size_t end = at; (node = lex_.trie.next(node, codes_[end]));) {
        end++;
        if (lex_.trie.flags(node)) meet(at, end - at, node);
        if (!lex_.trie.goes_on(node, codes_[end])) break;
    }
}

// An entry of some characters begins here.
inline void Reader::meet(size_t at, size_t size, uint32_t node) {
    Place& here = places_[at];
    uint8_t flags = lex_.trie.flags(node);
    here.met |= flags, met_ |= flags;
    uint32_t word = (flags & Entry::word || (flags & Entry::place && size > 1)) ? 1u << size : 0;
    here.words |= word;
    if (!(flags & Entry::person)) here.plain |= word;
    if (flags & Entry::weighs) {
        const Entry& entry = lex_.trie.entry(node);
        Place& behind = places_[at + size];
        behind.before = std::max(behind.before, entry.before);
        if (entry.after) here.right = static_cast<int16_t>(std::max<int>(here.after, entry.after) * lex_.context), here.after = std::max(here.after, entry.after);
    }
    if (flags & Entry::label) mark(at + size);
}

void Reader::mark(size_t end) {
    size_t begin = end;
    bool blank = true;
    while (begin < n_ && begin < end + 5 && letter(begin).is(Letter::after_label)) blank &= letter(begin++).is(Letter::blank);
    int8_t& label = places_[begin].label;
    if (begin > end) label = std::max(label, static_cast<int8_t>(blank ? lex_.label_blank : lex_.label));
}

void Reader::read(const Known* known, std::vector<Name>& names) {
    known_ = known;
    std::fill_n(best_.begin(), n_ + 3, Step(std::numeric_limits<int>::min() / 2, 0, false, 0));
    best_[0] = Step(0, 0, false, 0);
    bool title = false;  // within 《》
    const int none = std::numeric_limits<int>::min() / 4, two = lex_.words[2];
    for (size_t at = 0; at < n_; at++) {
        int total = best_[at].total();
        const Place& here = places_[at];
        best_[at + 1].better(Step(total, 1, false, 0));
        best_[at + 2].better(Step(total + (here.words & 4 ? two : none), 2, false, 0));
        for (uint32_t words = here.words >> 3, size = 3; words; words >>= 1, size++)
            if (words & 1) best_[at + size].better(Step(total + lex_.words[std::min<size_t>(size, lex_.words.size() - 1)], size, false, 0));
        const Letter& head = letter(at);
        title = text_[at] == u'《' || (title && text_[at] != u'》');
        if (!(head.is(Letter::names) || (head.is(Letter::may_name) && here.met & (Entry::person | Entry::japanese | Entry::surname)))) continue;
        left_ = left(at), inside_ = (in_list(at) ? lex_.listed : 0) + (title ? lex_.title : 0);
        candidates(at, head);
    }
    trace(names);
}

void Reader::trace(std::vector<Name>& names) {
    std::fill_n(pieces_.begin(), n_ + 1, 0u);
    pieces_[n_] = 2;
    size_t before = names.size();
    for (size_t end = n_; end;) {
        Step last = best_[end];
        size_t from = end - last.size();
        pieces_[from] = static_cast<uint32_t>(end << 1 | last.name());
        if (last.name()) names.push_back({static_cast<uint32_t>(from), static_cast<uint32_t>(end), last.weight()});
        end = from;
    }
    std::reverse(names.begin() + static_cast<std::ptrdiff_t>(before), names.end());
}

// What the places before a name say for it.
inline int Reader::left(size_t at) const {
    const Place& here = places_[at];
    if (here.label) return here.label;
    if (here.before) return here.before * lex_.context;
    return !at || letter(at - 1).is(Letter::opener) ? lex_.edge : 0;
}

// Whether a certain name and a comma of a list stand before a place in the best reading.
inline bool Reader::in_list(size_t at) const {
    return at >= 2 && letter(at - 1).is(Letter::listing) && best_[at].size() == 1 && best_[at - 1].name() && best_[at - 1].weight() >= lex_.certain;
}

inline void Reader::name(size_t start, size_t end, int weight) {
    int right = places_[end].right;
    weight += left_ + inside_ + right + (left_ && right ? lex_.both : 0);
    bool again = known_ && known_->has(text_.substr(start, end - start));
    // What is worth less than its characters one by one is in no best reading; a word only loses.
    int total = best_[start].total() + weight - lex_.cost;
    if (!again && (weight < lex_.cost || total <= best_[end].total())) return;
    if (end - start <= Trie::longest && places_[start].plain >> (end - start) & 1) weight += lex_.is_word;
    if (again) weight += lex_.again;
    best_[end].better(Step(best_[start].total() + weight - lex_.cost, end - start, true, weight));
}

inline void Reader::candidates(size_t at, const Letter& head) {
    if (head.surname >= 0) chinese(at, 1, lex_.surname[static_cast<size_t>(head.surname)] + head.ambiguous);
    if (places_[at].met & Entry::surname) chinese(at, 2, lex_.double_surname);
    if (head.is(Letter::small))
        nickname(at);
    else if (head.second == 3 && at + 1 < n_ && text_[at] == text_[at + 1])
        name(at, at + 2, lex_.doubled);
    foreign(at, head);
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
    for (size_t last = std::min(end + static_cast<size_t>(lex_.part), n_); end < last && is(end, Letter::transliteration);) end++;
    return is(end, Letter::dot) ? end : 0;
}

void Reader::foreign(size_t at, const Letter& head) {
    const bool after_dot = dots_ && at && is(at - 1, Letter::dot), begins = head.is(Letter::transliteration) && !after_dot;
    if (places_[at].met & (Entry::person | Entry::japanese) && !after_dot) listed(at);
    if (head.is(Letter::typical) && places_[at + 1].met & Entry::person) before_listed(at);
    if (!begins && !dots_) return;
    const size_t longest = static_cast<size_t>(lex_.part);
    int total = lex_.transliteration[0];
    for (size_t end = at; end - at < longest && letter(end).flags & (Letter::transliteration | Letter::minority);) {
        total += lex_.transliteration[letter(end).is(Letter::typical) ? 2 : 1];
        end++;
        bool dot = is(end, Letter::dot);
        if (end - at >= 2 && begins && !dot) name(at, end, total + (end - at == 2 ? lex_.pair : 0));
        if (dot) dotted(at, end);
    }
    if (!dots_) return;
    size_t dot = at;
    bool beside = false;
    for (; dot - at < longest && letter(dot).flags & Letter::spelling; dot++) beside |= is(dot, Letter::beside_dot);
    if (beside && is(dot, Letter::dot)) dotted(at, dot);
}

// Names of the list; one that goes on to a dot is part of a longer name.
void Reader::listed(size_t at) {
    uint32_t node = 0;
    for (size_t end = at; (node = lex_.trie.next(node, codes_[end]));) {
        uint8_t flags = lex_.trie.flags(node);
        end++;
        if (!(flags & (Entry::person | Entry::japanese))) continue;
        if (size_t dot = dot_behind(end)) {
            if (flags & Entry::person) dotted(at, dot);
            continue;
        }
        if (flags & Entry::person) known(at, end);
        if (flags & Entry::japanese) japanese(at, end);
    }
}

// A name of the list, with a second one behind it (扎西 卓玛), with what may be its end (西蒙 尼).
void Reader::known(size_t at, size_t end) {
    auto length = [](size_t from, size_t to) { return static_cast<int>(to - from); };
    int base = lex_.known[0], each = lex_.known[1], alone = base + each * length(at, end);
    name(at, end, alone);
    uint32_t node = 0;
    for (size_t last = end; (node = lex_.trie.next(node, codes_[last]));)
        if (last++; lex_.trie.flags(node) & Entry::person && !dot_behind(last)) name(at, last, alone + 2 * base + each * length(end, last));
    int further = 0;
    auto spells = [&](size_t i) { return is(i, Letter::transliteration); };
    for (size_t last = end + 1; last <= end + 2 && spells(last - 2) && spells(last - 1) && !is(last, Letter::dot); last++)
        name(at, last, alone + (further += lex_.further[is(last - 1, Letter::typical)]));
}

// What may be the beginning of a longer name with a name of the list as its end (奥 沙利文).
void Reader::before_listed(size_t at) {
    uint32_t node = 0;
    for (size_t end = at + 1; (node = lex_.trie.next(node, codes_[end]));)
        if (end++; lex_.trie.flags(node) & Entry::person && !dot_behind(end))
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
    for (int part = 0; part < lex_.parts && is(end, Letter::dot); part++) {
        size_t begin = ++end, listed = 0;
        while (end < n_ && end - begin <= static_cast<size_t>(lex_.part) && letter(end).flags & Letter::spelling) end++;
        uint32_t node = 0;
        for (size_t stop = begin; (node = lex_.trie.next(node, codes_[stop]));)
            if (stop++; lex_.trie.flags(node) & Entry::person) listed = stop;
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
