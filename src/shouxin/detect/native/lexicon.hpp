// What the readings of prose know: strings, characters and weights; compiled.py gives them.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "text.hpp"
#include "trie.hpp"

namespace shouxin {

// What is known of one character; bits as in detect/compiled.py up to `beside_dot`, `opens` says of which endings it is the first.
struct Letter {
    enum : uint32_t { never = 1, transliteration = 2, typical = 4, minority = 8, japanese = 16, opener = 32, after_label = 64,
                      dot = 128, follows = 256, blank = 512, small = 1024, somebody = 2048, polite = 4096, barred = 8192, link = 16384, japanese_third = 32768,
                      listing = 65536, generic = 131072, beside_dot = 262144,
                      alone = 1 << 19,     // a name without a dot may begin with it where no longer entry does
                      surnamed = 1 << 21,  // a family name by itself
                      doubles = 1 << 22,   // said twice it may be a name
                      parts = 1 << 23,     // a sign that no word, name or label reaches over: what stands before and behind is read for itself
                      chinese = 1 << 24,   // a Han character
                      may_name = 1 << 25,  // a name may begin with it where a longer entry does
                      names = 1 << 26,     // one may begin with it alone
                      entry = 1 << 27,     // it is an entry by itself that says more than `before` and `after`
                      title = 1 << 28,     // 《
                      given = 1 << 29,     // it may stand in a given name
                      behind = 1 << 30,    // what stands for a given name may begin with it: 先生, 某
                      spelling = transliteration | minority | beside_dot };
    uint32_t flags = 0;
    uint32_t base = 0;  // of the nodes behind it
    static constexpr int8_t beside_edge = -1;
    static constexpr int8_t none = -100;  // less than whatever could make it a name
    int8_t surname : 4;
    uint8_t first : 2, second : 2;
    // What it says, being an entry, of a name before it and of one behind; less than nothing where a sign says what an edge does.
    std::array<int8_t, 2> says{};
    int8_t family = none, as_first = none, as_second = none, as_only = none;  // weights in a name
    uint8_t opens = 0;
    Letter() : surname(-1), first(0), second(0) {}
    bool is(uint32_t flag) const { return flags & flag; }
};

// A flag as 1 or 0.
constexpr uint32_t flag(uint32_t flags, uint32_t one) { return (flags & one) != 0; }

// Endings of parts of addresses, in the order in which they are tried; one may be barred before a character.
struct Endings {
    struct One {
        std::u16string text;
        char16_t barred = 0;
        uint64_t first = 0, mask = 0;  // up to four of its characters as a number
    };
    std::vector<std::vector<One>> lists = std::vector<std::vector<One>>(1);
    std::vector<uint8_t> first;  // by the code of the first character: which of the lists
    uint8_t bit = 0;             // of `Letter::opens`
};

using Numbers = std::unordered_map<std::string, std::vector<int>>;
using Character = std::tuple<std::string, int, int, int, int, int>;

struct Lexicon {
    Trie trie;
    std::vector<Trie::Code> codes = std::vector<Trie::Code>(65536);
    std::vector<Letter> letters;  // by code; the last is that of all Han characters in no table
    std::vector<std::u16string> honorifics;
    Endings road, local, home, point, units, organisation;
    std::array<int, 6> surname{};
    std::array<int, 4> given_first{}, given_second{}, only{}, japanese_length{};
    std::array<int, 3> transliteration{};
    std::array<int, 7> words{};
    std::array<int, 2> known{}, further{}, dot{}, japanese_given{};
    int double_surname = 0, two = 0, three = 0, following = 0, is_word = 0, context = 0, label = 0, label_blank = 0, edge = 0,
        both = 0, pair = 0, japanese = 0, nickname = 0, doubled = 0, title = 0, listed = 0, honorific = 0, somebody = 0, parts = 0, part = 0, again = 0, again_longest = 0, cost = 0, certain = 0;

    void set(const Numbers& numbers);
    // The characters that have a code, in its order from 1 on; every other Han character has the one behind these.
    void set_alphabet(const std::u16string& alphabet);
    void set_characters(const std::vector<Character>& characters);
    // What the letters have from the trie.
    void settle();
    void set_honorifics(const std::vector<std::string>& texts);
    void set_endings(Endings& endings, uint8_t bit, const std::vector<std::string>& texts);
    const Letter& letter(char16_t c) const { return letters[codes[c]]; }
};

}  // namespace shouxin
