// The tables of the tagger of names as they are looked up.
#include "names.hpp"

namespace shouxin {

void Trie::put(uint64_t key, uint32_t node) {
    auto place = [&](uint64_t slot) {
        uint64_t i = spread(slot >> node_bits);
        while (slots_[i & (slots_.size() - 1)]) i++;
        slots_[i & (slots_.size() - 1)] = slot;
    };
    if (2 * ++used_ > slots_.size()) {
        std::vector<uint64_t> old(2 * slots_.size());
        old.swap(slots_);
        for (uint64_t slot : old)
            if (slot) place(slot);
    }
    uint64_t at = bit(spread(key));
    bits_[at >> 6] |= 1ull << (at & 63);
    place(key << node_bits | node);
}

void Trie::add(const std::u16string& text, Entry entry) {
    uint32_t node = 0;
    for (char16_t c : text) {
        uint32_t after = next(node, c);
        if (!after) {
            after = static_cast<uint32_t>(entries_.size());
            entries_.emplace_back();
            if (node)
                put(static_cast<uint64_t>(node) << 16 | c, after);
            else
                first_[c] = after;
        }
        node = after;
    }
    entries_[node] = entry;
}

namespace {

template <size_t size>
std::array<int, size> several(const Numbers& numbers, const char* name) {
    std::array<int, size> values{};
    const std::vector<int>& given = numbers.at(name);
    for (size_t i = 0; i < size; i++) values[i] = given.at(i);
    return values;
}

}  // namespace

Lexicon::Lexicon(const Numbers& numbers) {
    auto one = [&](const char* name) { return numbers.at(name).at(0); };
    surname = several<6>(numbers, "surname");
    given_first = several<3>(numbers, "first");
    given_second = several<3>(numbers, "second");
    only = several<3>(numbers, "only");
    transliteration = several<3>(numbers, "transliteration");
    words = several<5>(numbers, "word");
    double_surname = one("double_surname"), two = one("two"), three = one("three"), following = one("following");
    is_word = one("is_word"), context = one("context"), label = one("label"), label_blank = one("label_blank");
    edge = one("edge"), both = one("both"), foreign = one("known_foreign"), dot = one("dot"), japanese = one("japanese");
    nickname = one("nickname"), honorific = one("honorific"), somebody = one("somebody"), again = one("again");
    cost = one("cost"), certain = one("certain");
}

}  // namespace shouxin
