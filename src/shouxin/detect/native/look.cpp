// Every entry of a line is looked up, and what it says of a name beside it noted, before any name is weighed.
#include "reader.hpp"

namespace shouxin {

namespace {

constexpr size_t ahead = 6;  // how early what will be looked up is fetched
constexpr uint8_t telling = Entry::label | Entry::address | Entry::weighs;  // what is more than noted where an entry begins

}  // namespace

void Reader::look(Text line) {
    text_ = line, n_ = line.size();
    if (codes_.size() < n_ + beyond + 1) {
        codes_.resize(n_ + beyond + 1), line_.resize(n_ + beyond + 1), begins_.resize(n_ + ahead + 1), places_.resize(n_ + beyond + 1);
        best_.resize(n_ + beyond + 1), pieces_.resize(n_ + 1);
    }
    Trie::Code* codes = codes_.data();
    Letter* letters = line_.data();
    const Trie::Code* table = lex_.codes.data();
    const Letter* known = lex_.letters.data();
    Place* places = places_.data();
    uint32_t flags = 0;
    int8_t before = 0;
    for (size_t at = 0; at < n_; at++) {
        const char16_t c = line[at];
        const Trie::Code code = codes[at] = table[c];
        letters[at] = code || !han(c) ? known[code] : lex_.unknown;
        flags |= letters[at].flags;
        places[at] = {0, before, letters[at].after, 0, 0};
        before = letters[at].before;
    }
    std::fill_n(places + n_, beyond + 1, Place{0, 0, 0, 0, 0});
    places[n_].before = before;
    flags_ = flags;
    std::fill_n(codes + n_, beyond + 1, Trie::Code{0}), std::fill_n(letters + n_, beyond + 1, Letter());
    letters[n_].flags = Letter::opener;
    divisions_.clear();
    begun_ = unread;
    // Where an entry may begin is gathered first: no branch is guessed wrong, and no load waits for another.
    uint32_t* begins = begins_.data();
    size_t count = 0;
    for (size_t at = 0; at < n_; at++) {
        begins[count] = static_cast<uint32_t>(at);
        count += static_cast<size_t>(lex_.trie.begins(codes[at], codes[at + 1])) | ((letters[at].flags & Letter::entry) != 0);
    }
    std::fill_n(begins + count, ahead, 0u);
    for (size_t i = 0; i < count; i++) {
        const size_t next = begins[i + ahead];
        lex_.trie.fetch(letters[next].base + codes[next + 1]);
        const size_t at = begins[i];
        if (text_[at] < 128 && at && ascii_alnum(text_[at]) && ascii_alnum(text_[at - 1])) continue;
        if (letters[at].is(Letter::entry)) {
            const uint32_t node = lex_.trie.first(codes[at]);
            const uint8_t flags = lex_.trie.flags(node);
            places_[at].met |= flags, places_[at].words |= static_cast<uint32_t>(flags & Entry::word) << 1;
            if (flags & telling) meet(at, 1, node);
        }
        if (uint32_t node = lex_.trie.second(codes[at], letters[at].base, codes[at + 1])) look_up(at, node);
    }
    settle();
}

// What the places around say of a name: a label first, then words, then an end of the text or a sign.
void Reader::settle() {
    Place* places = places_.data();
    const Letter* letters = line_.data();
    const int sides[] = {0, lex_.edge};
    int side = lex_.edge;
    for (size_t at = 0; at <= n_; at++) {
        Place& here = places[at];
        const int before = here.before + (side & -static_cast<int>(!here.before));
        side = sides[letters[at].is(Letter::opener)];
        here.before = static_cast<int8_t>(here.label ? here.label : before);
        here.after = static_cast<int8_t>(here.after + (side & -static_cast<int>(!here.after)));
    }
}

// Every entry that begins with the two characters that lead to a node.
inline void Reader::look_up(size_t at, uint32_t node) {
    const Trie& trie = lex_.trie;
    const Trie::Code* codes = codes_.data() + at;
    uint32_t words = 0;
    uint8_t met = 0;
    for (size_t size = 2; node; node = trie.next(node, codes[size++])) {
        const uint8_t flags = trie.flags(node);
        met |= flags, words |= static_cast<uint32_t>((flags & (Entry::word | Entry::place)) != 0) << size;
        if (flags & telling) meet(at, size, node);
        if (!trie.goes_on(node, codes[size])) break;
    }
    Place& here = places_[at];
    here.words |= words, here.met |= met;
}

// What an entry tells of its surroundings.
void Reader::meet(size_t at, size_t size, uint32_t node) {
    Place& here = places_[at];
    const uint8_t flags = lex_.trie.flags(node);
    if (flags & Entry::address && (divisions_.empty() || divisions_.back() != at)) divisions_.push_back(static_cast<uint32_t>(at));
    if (flags & Entry::weighs) {
        auto most = [&](int8_t& held, int weight) { held = static_cast<int8_t>(std::max<int>(held, weight * lex_.context)); };
        most(here.after, lex_.trie.entry(node).after);
        most(places_[at + size].before, lex_.trie.entry(node).before);
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

}  // namespace shouxin
