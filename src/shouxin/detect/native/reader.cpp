// Candidates at each place of a line, and the best reading of it by dynamic programming.
#include "reader.hpp"

#include <limits>
#include <numeric>

namespace shouxin {

Reader::Reader(const Lexicon& lexicon) : lex_(lexicon) {
    for (size_t length = 1; length <= Trie::longest; length++) worth_[length] = step(lex_.words[std::min(length, lex_.words.size() - 1)], length, false, 0);
    pair_[0] = step(std::numeric_limits<int>::min() / 2, 0, false, 0), pair_[1] = worth_[2];
}

// Gathers, without a branch, where a name may begin that is worth reading as one: a bound of what a Chinese name of
// two or three characters weighs, what else may begin a name, and where a known one may. In a line with dots it is every place.
size_t Reader::beginnings() {
    uint32_t* begins = begins_.data();
    if (dots()) {
        std::iota(begins, begins + n_, 0u);
        return n_;
    }
    const Letter* letters = line_.data();
    const uint8_t* met = met_.data();
    const int8_t* says = says_.data();
    const Trie::Code* codes = codes_.data();
    const int most = std::max(lex_.both, 0) + std::max(lex_.title, 0) - lex_.cost, listed = std::max(lex_.listed, 0), two = lex_.two, three = lex_.three;
    constexpr uint32_t spells = Letter::transliteration | Letter::minority;
    constexpr uint8_t entries = Entry::person | Entry::japanese | Entry::surname;
    size_t some = 0, count = 0;
    for (size_t at = 0, n = n_; at < n; at++) {
        begins[some] = static_cast<uint32_t>(at);
        some += flag(letters[at].flags, Letter::alone) | flag(met[at], entries);
    }
    for (size_t i = 0; i < some; i++) {
        const size_t at = begins[i];
        const Letter &head = letters[at], &one = letters[at + 1], &last = letters[at + 2];
        const uint32_t in_list = at ? letters[at - 1].flags & Letter::listing : 0;
        const int pair = one.as_only + two + says[2 * at + 5], full = one.as_first + last.as_second + three + says[2 * at + 7];
        const int bound = head.family + std::max(pair, full) + says[2 * at] + (in_list ? listed : 0) + most;
        const uint32_t same = codes[at] == codes[at + 1], twice = codes[at + 1] == codes[at + 2];
        uint32_t may = flag(head.flags, Letter::surnamed) & (static_cast<uint32_t>(bound >= 0) | twice | flag(one.flags, Letter::behind));
        may |= flag(head.flags, Letter::doubles) & same;
        may |= flag(met[at], entries) | flag(head.flags, Letter::small);
        may |= flag(head.flags, Letter::transliteration) & flag(one.flags, spells);
        may |= flag(head.flags, Letter::typical) & flag(met[at + 1], Entry::person);
        if (known_) may |= static_cast<uint32_t>(may_be_known(at));
        begins[count] = static_cast<uint32_t>(at);
        count += may;
    }
    return count;
}

void Reader::begin() {
    known_ = nullptr;
    begins_[begun_ = beginnings()] = static_cast<uint32_t>(n_);
    clauses_.assign(1, {0, false, false});
    for (size_t i = 0; i < parted_; i++)
        if (signs_[i]) clauses_.push_back({signs_[i], false, false});
    clauses_.push_back({static_cast<uint32_t>(n_), false, false});
    if (!(flags_ & Letter::title)) return;
    bool title = false;
    size_t at = 0;
    for (Clause& clause : clauses_) {
        for (; at < clause.begin; at++) title = goes_on_in_title(at, title);
        clause.title = title;
    }
}

void Reader::read(std::vector<Name>& names) {
    begin();
    size_t clause = 0;
    for (const uint32_t *next = begins_.data(), *last = next + begun_; next != last;) {
        while (clauses_[clause + 1].begin <= *next) clause++;
        const size_t first = clause;
        const uint32_t* begins = next;
        do {  // what follows each other is read in one go
            clause++;
            while (*next < clauses_[clause].begin) next++;
        } while (next != last && *next < clauses_[clause + 1].begin);
        read_clauses(first, clause, begins, names);
    }
}

uint32_t Reader::piece(size_t at) {
    if (begun_ == unread) begin();
    auto begins_behind = [](size_t place, const Clause& clause) { return place < clause.begin; };
    const auto behind = std::upper_bound(clauses_.begin(), clauses_.end(), at, begins_behind);
    if (!behind[-1].done) {
        const auto clause = static_cast<size_t>(behind - clauses_.begin()) - 1;
        read_clauses(clause, clause + 1, std::lower_bound(begins_.data(), begins_.data() + begun_, clauses_[clause].begin), unasked_);
        unasked_.clear();
    }
    return pieces_[at];
}

void Reader::read_clauses(size_t first, size_t last, const uint32_t* begins, std::vector<Name>& names) {
    read(clauses_[first].begin, clauses_[last].begin, clauses_[first].title, begins, names);
    for (size_t clause = first; clause < last; clause++) clauses_[clause].done = true;
}

void Reader::read_again(const Known& known, size_t end, bool title, std::vector<Name>& names) {
    known_ = &known;
    begins_[beginnings()] = static_cast<uint32_t>(n_);
    read(0, end, title, begins_.data(), names);
}

// What words and single characters make of the places from `at` to `end`.
inline void Reader::pass(size_t at, size_t end) {
    Step* best = best_.data();
    const uint32_t* words = words_.data();
    const Step pair[] = {pair_[0], pair_[1]};
    Step here = best[at], next = best[at + 1];
    for (; at < end; at++) {
        const Step base = here & ~int64_t{0xffffffff};
        const uint32_t held = words[at];
        Step third = best[at + 2];
        better(next, base + (1 << 16));
        better(third, base + pair[held >> 2 & 1]);
        for (uint32_t longer = held & ~7u; longer; longer &= longer - 1) {
            const int size = __builtin_ctz(longer);
            better(best[at + static_cast<size_t>(size)], base + worth_[size]);
        }
        best[at + 1] = here = next;
        next = third;
    }
    best[at + 1] = next;
}

// Finds the best reading of a clause; the places from `begins` on are those where a name may begin.
void Reader::read(size_t from, size_t to, bool title, const uint32_t* begins, std::vector<Name>& names) {
    Step* best = best_.data();
    std::fill(best + from, best + to + 3, pair_[0]);
    best[from] = 0;
    const bool titles = title || flags_ & Letter::title;
    for (size_t at = from; at < to; at++) {
        const size_t first = at;
        at = *begins;
        if (at >= to) {
            pass(first, to);
            break;
        }
        begins++;
        pass(first, at + 1);
        for (size_t i = first; titles && i <= at; i++) title = goes_on_in_title(i, title);
        const Letter& head = line_[at];
        const bool latin = dots() && initial(at);
        if (!latin && !head.is(Letter::names) && !(head.is(Letter::may_name) && met_[at] & (Entry::person | Entry::japanese | Entry::surname))) continue;
        known_here_ = may_be_known(at);
        left_ = before(at), inside_ = (in_list(at) ? lex_.listed : 0) + (title ? lex_.title : 0);
        latin ? dotted(at, at + 1) : candidates(at, head);
    }
    trace(from, to, names);
}

void Reader::trace(size_t from, size_t to, std::vector<Name>& names) {
    uint32_t* pieces = pieces_.data();
    const Step* best = best_.data();
    std::fill(pieces + from, pieces + to, 0u);
    size_t before = names.size();
    for (size_t end = to; end > from;) {
        const Step last = best[end];
        const size_t start = end - size(last);
        pieces[start] = static_cast<uint32_t>(end << 1 | is_name(last));
        if (is_name(last)) names.push_back({static_cast<uint32_t>(start), static_cast<uint32_t>(end), weight(last)});
        end = start;
    }
    std::reverse(names.begin() + static_cast<std::ptrdiff_t>(before), names.end());
}

// Whether a certain name and a comma of a list stand before a place in the best reading.
inline bool Reader::in_list(size_t at) const {
    return at >= 2 && line_[at - 1].is(Letter::listing) && size(best_[at]) == 1 && is_name(best_[at - 1]) && Reader::weight(best_[at - 1]) >= lex_.certain;
}

// Whether a word of the reading is no name of the list.
bool Reader::is_word(size_t start, size_t end) const {
    uint32_t node = 0;
    for (size_t at = start; at < end; at++) node = lex_.trie.next(node, codes_[at]);
    return !(lex_.trie.flags(node) & Entry::person);
}

inline void Reader::name(size_t start, size_t end, int weight) {
    const int right = after(end);
    const bool both = (left_ != 0) & (right != 0);
    weight += left_ + inside_ + right + (lex_.both & -static_cast<int>(both));
    // What is worth less than its characters one by one is in no best reading.
    if (weight >= lex_.cost || known_here_) weigh(start, end, weight);
}

// A name that may be worth reading as one: a word only loses, one found elsewhere gains.
void Reader::weigh(size_t start, size_t end, int weight) {
    const bool again = known_here_ && known_->has(text_.substr(start, end - start));
    if (weight < lex_.cost && !again) return;
    if (end - start <= Trie::longest && words_[start] >> (end - start) & 1 && is_word(start, end)) weight += lex_.is_word;
    if (again) weight += lex_.again;
    better(best_[end], step(total(best_[start]) + weight - lex_.cost, end - start, true, weight));
}

inline void Reader::candidates(size_t at, const Letter& head) {
    if (head.surname >= 0) chinese(at, at + 1, head.family, lex_.two);
    if (met_[at] & Entry::surname) chinese(at, at + 2, lex_.double_surname, 0);
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

// A family name up to `begin`, and what may be the given name; `two` is what a name of two characters gains.
inline void Reader::chinese(size_t at, size_t begin, int base, int two) {
    const Letter &one = letter(begin), &last = letter(begin + 1);
    if (one.is(Letter::behind)) {
        if (one.is(Letter::polite)) polite(at, begin, base);
        if (text_[begin] == u'某') name(at, begin + (last.is(Letter::somebody) ? 2 : 1), base + lex_.somebody);
    }
    if (!one.is(Letter::given)) return;
    name(at, begin + 1, base + one.as_only + two);
    if (!last.is(Letter::given)) return;
    int given = one.as_first + last.as_second;
    if (text_[begin] == text_[begin + 1]) given = std::max(given, lex_.given_first[2] + lex_.given_second[3] + (last.is(Letter::follows) ? lex_.following : 0));
    name(at, begin + 2, base + given + lex_.three);
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

inline void Reader::foreign(size_t at, const Letter& head) {
    const bool after_dot = dots() && at && is(at - 1, Letter::dot), begins = head.is(Letter::transliteration) & !after_dot;
    if (met_[at] & (Entry::person | Entry::japanese) && !after_dot) listed(at);
    if (head.is(Letter::typical) && met_[at + 1] & Entry::person) before_listed(at);
    if (dots() || (begins & letter(at + 1).is(Letter::transliteration | Letter::minority))) spelled(at, begins);
}

// Characters that spell foreign names, and such a name as the first part of one with dots.
void Reader::spelled(size_t at, bool begins) {
    const size_t longest = static_cast<size_t>(lex_.part);
    int total = lex_.transliteration[0];
    for (size_t end = at; end - at < longest && letter(end).flags & (Letter::transliteration | Letter::minority);) {
        total += lex_.transliteration[letter(end).is(Letter::typical) ? 2 : 1];
        end++;
        bool dot = is(end, Letter::dot);
        if (end - at >= 2 && begins && !dot) name(at, end, total + (end - at == 2 ? lex_.pair : 0));
        if (dot) dotted(at, end);
    }
    if (!dots()) return;
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

// Whether a Latin capital and a dot stand for a part of a name: J·K·罗琳.
inline bool Reader::initial(size_t at) const {
    return at < n_ && text_[at] >= u'A' && text_[at] <= u'Z' && is(at + 1, Letter::dot) && !(at && ascii_alnum(text_[at - 1]));
}

void Reader::dotted(size_t at, size_t end) {
    for (int part = 0; part < lex_.parts && is(end, Letter::dot); part++) {
        size_t begin = ++end, listed = 0;
        if (initial(end)) {
            end++;
            continue;
        }
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
