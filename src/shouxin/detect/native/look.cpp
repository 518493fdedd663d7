// Every entry of a line is looked up, and what it says of a name beside it noted, before any name is weighed.
#include "reader.hpp"

#include <cstring>

namespace shouxin {

namespace {

constexpr size_t ahead = 6;  // how early what will be looked up is fetched
constexpr uint8_t telling = Entry::label | Entry::address | Entry::weighs;  // what is more than noted where an entry begins

// Puts what an edge says where a sign says it, many places at a time.
void settle(int8_t* says, size_t n, int8_t edge) {
    for (size_t i = 0; i < n; i++) says[i] = says[i] < 0 ? edge : says[i];
}

}  // namespace

// Room for a line of the length of this one, and what stands behind it.
void Reader::make_room() {
    const size_t size = n_ + beyond + 1;
    if (codes_.size() >= size) return;
    codes_.resize(size), line_.resize(size), best_.resize(size), pieces_.resize(n_ + 1), begins_.resize(n_ + ahead + 1), walks_.resize(n_ + 1);
    words_.resize(size), met_.resize(size), says_.resize(2 * size), label_.resize(size), signs_.resize(n_ + 1);
}

void Reader::look(Text line) {
    text_ = line, n_ = line.size(), begun_ = unread, labels_ = false;
    make_room();
    Trie::Code* codes = codes_.data();
    Letter* letters = line_.data();
    const Trie::Code* table = lex_.codes.data();
    const Letter* known = lex_.letters.data();
    const Trie::Pairs pairs = lex_.trie.pairs();
    int8_t* says = says_.data();
    uint32_t *begins = begins_.data(), *signs = signs_.data();
    // Where an entry may begin is gathered first: no branch is guessed wrong, and no load waits for another.
    size_t count = 0, parts = 0;
    uint32_t flags = 0;
    Trie::Code last = 0;
    says[0] = Letter::beside_edge;
    for (size_t at = 0, n = n_; at < n; at++) {
        const Trie::Code code = codes[at] = table[line[at]];
        const Letter letter = letters[at] = known[code];
        std::memcpy(says + 2 * at + 1, letter.says.data(), 2);
        begins[count] = static_cast<uint32_t>(at - 1);
        count += pairs.begin(last, code);
        signs[parts] = static_cast<uint32_t>(at);
        parts += flag(letter.flags, Letter::parts | Letter::entry);
        flags |= letter.flags;
        last = code;
    }
    flags_ = flags;
    std::fill_n(codes + n_, beyond + 1, Trie::Code{0}), std::fill_n(letters + n_, beyond + 1, Letter());
    letters[n_].flags = Letter::opener;
    std::fill_n(words_.data(), n_ + beyond + 1, 0u), std::fill_n(met_.data(), n_ + beyond + 1, uint8_t{0});
    std::fill_n(label_.data(), n_ + beyond + 1, int8_t{0}), std::fill_n(says + 2 * n_ + 1, 2 * beyond + 1, int8_t{0});
    says[2 * n_ + 1] = Letter::beside_edge;
    std::fill_n(begins + count, ahead, 0u);
    single(parts);
    const bool before = count && begins[0] == ~uint32_t{0};  // nothing stands before the first character
    look_up(begins + before, begins + count);
    shouxin::settle(says, 2 * (n_ + 1), static_cast<int8_t>(lex_.edge));
    for (size_t at = 0; labels_ && at <= n_; at++)
        if (label_[at]) says[2 * at] = label_[at];
}

// Whether a character stands in a word of letters and is not its first.
inline bool Reader::inside_letters(size_t at) const { return text_[at] < 128 && at && ascii_alnum(text_[at]) && ascii_alnum(text_[at - 1]); }

// Of so many signs, keeps those that part clauses and looks up those that are entries by themselves.
void Reader::single(size_t signs) {
    parted_ = 0;
    for (size_t i = 0; i < signs; i++) {
        const size_t at = signs_[i];
        const Letter& letter = line_[at];
        if (letter.is(Letter::parts)) signs_[parted_++] = signs_[i];
        if (!letter.is(Letter::entry) || inside_letters(at)) continue;
        const uint32_t node = lex_.trie.first(codes_[at]);
        const uint8_t flags = lex_.trie.flags(node);
        met_[at] |= flags, words_[at] |= static_cast<uint32_t>(flags & Entry::word) << 1;
        if (flags & telling) meet(at, 1, node);
    }
}

// Looks up every entry that begins at these places: first those of two characters, then of one more each time.
// What will be looked up next is fetched, and only what goes on is kept, both without a branch.
void Reader::look_up(const uint32_t* begins, const uint32_t* end) {
    const Trie& trie = lex_.trie;
    const Trie::Code* codes = codes_.data();
    const Letter* letters = line_.data();
    Walk* walks = walks_.data();
    uint32_t* words = words_.data();
    uint8_t* met = met_.data();
    const Trie::Node* nodes = trie.nodes();
    const uint32_t root = trie.base(0);
    size_t going = 0, told = 0;
    Told* tells_of = make_told(static_cast<size_t>(end - begins));
    auto note = [&](size_t at, uint32_t from, uint32_t to, size_t size) {
        const Trie::Node node = nodes[to];
        const bool stands = node.check == from + 1;
        const auto held = static_cast<uint8_t>(node.flags & -static_cast<uint32_t>(stands));
        words[at] |= static_cast<uint32_t>((held & (Entry::word | Entry::place)) != 0) << size;
        met[at] = static_cast<uint8_t>(met[at] | held);
        const bool tells = held & telling, goes_on = stands & (node.after >> (codes[at + size] & 7) & 1);
        tells_of[told] = {static_cast<uint32_t>(at), to, static_cast<uint32_t>(size)};
        told += tells;
        const uint32_t next = node.base + codes[at + size];
        __builtin_prefetch(nodes + (next & -static_cast<uint32_t>(goes_on)));
        walks[going] = {static_cast<uint32_t>(at), to, next};
        going += goes_on;
    };
    for (; begins != end; begins++) {
        const size_t next = begins[ahead], at = *begins;
        __builtin_prefetch(nodes + letters[next].base + codes[next + 1]);
        if (!inside_letters(at)) note(at, root + codes[at], letters[at].base + codes[at + 1], 2);
    }
    for (size_t size = 3; going; size++) {
        tells_of = make_told(told + going);
        for (size_t i = 0, most = std::exchange(going, 0); i < most; i++) note(walks[i].at, walks[i].from, walks[i].to, size);
    }
    for (size_t i = 0; i < told; i++) meet(told_[i].at, told_[i].size, told_[i].node);
}

// What an entry tells of its surroundings.
inline void Reader::meet(size_t at, size_t size, uint32_t node) {
    const uint8_t flags = lex_.trie.flags(node);
    if (flags & Entry::weighs) {
        auto most = [&](int8_t& held, int weight) {
            if (weight > 0) held = static_cast<int8_t>(std::max<int>(held, weight * lex_.context));
        };
        most(says_[2 * at + 1], lex_.trie.entry(node).after);
        most(says_[2 * (at + size)], lex_.trie.entry(node).before);
    }
    if (flags & Entry::label) mark(at + size);
}

void Reader::mark(size_t end) {
    size_t begin = end;
    bool blank = true;
    while (begin < n_ && begin < end + 5 && letter(begin).is(Letter::after_label)) blank &= letter(begin++).is(Letter::blank);
    int8_t& label = label_[begin];
    if (begin > end) label = std::max(label, static_cast<int8_t>(blank ? lex_.label_blank : lex_.label)), labels_ = true;
}

}  // namespace shouxin
