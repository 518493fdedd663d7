// One walk over the bytes; the trie is asked only where two characters begin a term.
#include "terms.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include "text.hpp"

namespace shouxin {

namespace {

struct Character {
    char16_t unit;
    uint8_t size;
};

// The character that begins here; a byte that is no UTF-8 and a character outside the first plane are strange.
inline Character character(const uint8_t* s, size_t n, size_t i) {
    if (s[i] < 0x80) return {s[i], 1};
    auto follows = [&](size_t at) { return at < n && (s[at] & 0xc0) == 0x80; };
    if ((s[i] & 0xf0) == 0xe0 && follows(i + 1) && follows(i + 2)) {
        auto unit = static_cast<char16_t>((s[i] & 15) << 12 | (s[i + 1] & 63) << 6 | (s[i + 2] & 63));
        if (unit >= 0x800 && (unit < 0xd800 || unit > 0xdfff)) return {unit, 3};
    } else if (s[i] >= 0xc2 && s[i] < 0xe0 && follows(i + 1)) {
        return {static_cast<char16_t>((s[i] & 31) << 6 | (s[i + 1] & 63)), 2};
    }
    return {Units::strange, 1};
}

constexpr std::u16string_view numerals = u"零一二两三四五六七八九十百０１２３４５６７８９";

}  // namespace

Terms::Terms(const std::vector<std::string>& terms, const std::vector<uint8_t>& roles) : codes_(65536), classes_(65536, gap), roles_(roles) {
    for (size_t c = 0; c < classes_.size(); c++) {
        if (ascii_alnum(static_cast<char16_t>(c))) classes_[c] = letter;
        if (han(static_cast<char16_t>(c))) classes_[c] = 0;
    }
    std::map<std::u16string, int32_t> rows;
    for (size_t i = 0; i < terms.size(); i++) rows.emplace(units_of(terms[i]), static_cast<int32_t>(i));
    rows.erase(u"");
    roles_.resize(terms.size());
    Trie::Code last = 0;
    std::vector<Trie::Row> made;
    for (const auto& [text, number] : rows) {
        classes_[text[0]] |= text.size() == 1 ? first | alone : first;
        if (text.size() > 1) pairs_.set(pair(text[0], text[1]));
        Trie::Row row{text, {Entry::word, 0, 0}};
        for (char16_t& c : row.codes) c = codes_[c] ? codes_[c] : codes_[c] = ++last;
        made.push_back(row);
    }
    auto before = [](const Trie::Row& one, const Trie::Row& other) { return one.codes < other.codes; };
    std::sort(made.begin(), made.end(), before);
    trie_.build(made, last);
    for (const auto& [text, number] : rows) {
        uint32_t node = 0;
        for (char16_t c : text) node = trie_.next(node, codes_[c]);
        if (term_.size() <= node) term_.resize(node + 1u);
        term_[node] = number;
    }
}

Terms::Match Terms::longest(const uint8_t* s, size_t n, size_t i) const {
    Match found;
    for (uint32_t node = 0; i < n;) {
        auto [c, size] = character(s, n, i);
        if (!(node = trie_.next(node, codes_[c]))) break;
        i += size;
        bool whole = !ascii_alnum(c) || i == n || !ascii_alnum(s[i]);
        if (trie_.flags(node) && whole) found = {i, node};
    }
    return found;
}

Terms::Match Terms::longest(const Stretch& read, size_t at, size_t from, const uint8_t* s, size_t n) const {
    Match found;
    uint32_t node = 0;
    for (size_t next = at; next < read.count; next++) {
        const char16_t c = read.unit[next];
        if (!(node = trie_.next(node, codes_[c]))) return found;
        if (trie_.flags(node) && !(ascii_alnum(c) && ascii_alnum(read.unit[next + 1]))) found = {from + read.byte[next + 1], node};
    }
    return longest(s, n, from + read.byte[at]);
}

bool Terms::is_key(uint8_t role, const uint8_t* s, size_t n, size_t from, size_t to) const {
    if (role & key) return true;
    if (role & label && to < n) {
        char16_t next = character(s, n, to).unit;
        if (next < 0x80 ? !ascii_alnum(next) && next > 0x1f : next == u'：' || next == u'　') return true;
    }
    if (!(role & age) || from < 1) return false;
    if (ascii_digit(s[from - 1])) return true;
    return from >= 3 && numerals.find(character(s, n, from - 3).unit) != std::u16string_view::npos;
}

// Reads the characters from a byte on, and notes without a branch at which of them a term or a gap may begin.
void Terms::gather(const uint8_t* s, size_t n, size_t from, Stretch& made) const {
    size_t i = from, count = 0;
    for (; i < n && count <= Stretch::most; count++) {
        if (s[i] >= 0xe0)
            if (size_t some = in_fours(s + i, n - i, Stretch::most + 1 - count, made.unit + count, made.byte + count, static_cast<uint32_t>(i - from))) {
                count += some, i += 3 * some;
                if (i == n || count > Stretch::most) break;
            }
        auto [unit, size] = character(s, n, i);
        made.unit[count] = unit, made.byte[count] = static_cast<uint32_t>(i - from);
        i += size;
    }
    made.byte[count] = static_cast<uint32_t>(i - from);
    made.count = std::min(count, Stretch::most), made.events = 0, made.next = from + made.byte[made.count];
    if (count <= Stretch::most) made.unit[count] = Units::strange;
    const uint8_t* classes = classes_.data();
    uint32_t before = from ? classes[s[from - 1] < 0x80 ? s[from - 1] : Units::strange] : 0;
    size_t events = 0;
    for (size_t at = 0, last = made.count; at < last; at++) {
        const uint32_t here = classes[made.unit[at]], more = pairs_.has(pair(made.unit[at], made.unit[at + 1]));
        const uint32_t begins = here >> 1 & (here >> 2 | more) & ~((here & before) >> 3);  // but for a letter behind a letter
        made.event[events] = static_cast<uint16_t>(at);
        events += (here | begins) & gap;
        before = here;
    }
    made.events = events;
}

std::vector<Terms::Hit> Terms::find(const uint8_t* s, size_t n) const {
    std::vector<Hit> hits;
    size_t run = 0, sentence = 0;      // where a word begins in the text, and a sentence among the hits
    bool keyed = false, bare = false;  // whether a key was seen in the sentence, and none in the one before
    size_t done = 0;                   // where the last term ended
    auto read = std::make_unique<Stretch>();
    for (size_t from = 0; from < n; from = read->next) {
        gather(s, n, from, *read);
        for (size_t event = 0; event < read->events; event++) {
            const size_t at = read->event[event], i = from + read->byte[at], size = read->byte[at + 1] - read->byte[at];
            if (i < done) continue;
            const char16_t c = read->unit[at];
            const uint8_t here = classes_[c];
            if (here & gap) run = i + size;
            Match found;
            if (here & first && pairs_.has(pair(c, read->unit[at + 1]))) found = longest(*read, at, from, s, n);
            else if (here & alone && !(here & letter && i + 1 < n && ascii_alnum(s[i + 1]))) found = {i + size, trie_.next(0, codes_[c])};
            if (!found.end) continue;
            int32_t term = term_[found.node];
            hits.push_back({static_cast<int64_t>(i), static_cast<int64_t>(found.end), static_cast<int64_t>(run), term});
            keyed |= is_key(roles_[term], s, n, i, found.end);
            if (roles_[term] & end) {
                if (!keyed) {  // of what is passed over only the last end stays, so that the next sentence has its beginning
                    size_t to = bare ? sentence - 1 : sentence;
                    hits[to] = hits.back();
                    hits.resize(to + 1);
                }
                bare = !keyed, keyed = false, sentence = hits.size();
            }
            done = found.end;
        }
    }
    if (!keyed) hits.resize(sentence);
    return hits;
}

}  // namespace shouxin
