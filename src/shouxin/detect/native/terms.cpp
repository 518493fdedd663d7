// One walk over the bytes; the trie is asked only where two characters begin a term.
#include "terms.hpp"

#include <algorithm>
#include <map>

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

Terms::Terms(const std::vector<std::string>& terms, const std::vector<uint8_t>& roles) : codes_(65536), roles_(roles) {
    std::map<std::u16string, int32_t> rows;
    for (size_t i = 0; i < terms.size(); i++) rows.emplace(units_of(terms[i]), static_cast<int32_t>(i));
    rows.erase(u"");
    roles_.resize(terms.size());
    Trie::Code last = 0;
    std::vector<Trie::Row> made;
    for (const auto& [text, number] : rows) {
        first_.set(text[0]);
        if (text.size() == 1) alone_.set(text[0]);
        else pairs_.set(pair(text[0], text[1]));
        Trie::Row row{text, {}};
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
        if (trie_.known(node) && whole) found = {i, node};
        if (!trie_.goes_on(node)) break;
    }
    return found;
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

std::vector<Terms::Hit> Terms::find(const uint8_t* s, size_t n) const {
    std::vector<Hit> hits;
    size_t run = 0, sentence = 0;  // where a word begins in the text, and a sentence among the hits
    bool keyed = false, bare = false;    // whether a key was seen in the sentence, and none in the one before
    bool inside = false;                 // inside letters and digits
    for (size_t i = 0; i < n;) {
        auto [c, size] = character(s, n, i);
        bool letter = ascii_alnum(c), begins = first_.has(c) && !(letter && inside);
        inside = letter;
        if (!letter && !han(c)) run = i + size;
        bool more = begins && i + size < n && pairs_.has(pair(c, character(s, n, i + size).unit));
        Match found;
        if (more) found = longest(s, n, i);
        else if (begins && alone_.has(c) && !(letter && i + 1 < n && ascii_alnum(s[i + 1]))) found = {i + size, trie_.next(0, codes_[c])};
        if (!found.end) {
            i += size;
            continue;
        }
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
        i = found.end, inside = ascii_alnum(s[i - 1]);
    }
    if (!keyed) hits.resize(sentence);
    return hits;
}

}  // namespace shouxin
