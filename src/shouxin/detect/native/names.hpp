// The reading of a line: words, names and single characters; the same as detect/names/lattice.py.
#pragma once
#include <array>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

namespace shouxin {

// What is known of one string; bits as in detect/names/native.py.
struct Entry {
    enum : uint8_t { word = 1, label = 2, person = 4, japanese = 8, surname = 16, place = 32 };
    uint8_t flags = 0;
    int8_t before = 0, after = 0;
};

// What is known of one character.
struct Letter {
    enum : uint16_t { never = 1, transliteration = 2, typical = 4, minority = 8, japanese = 16, opener = 32, after_label = 64,
                      dot = 128, follows = 256, blank = 512, small = 1024, somebody = 2048 };
    uint16_t flags = 0;
    int8_t surname = -1, ambiguous = 0, first = 0, second = 0;
    bool is(uint16_t flag) const { return flags & flag; }
};

using Numbers = std::unordered_map<std::string, std::vector<int>>;

// Entries by prefix: a node and a character lead to the next node.
class Trie {
  public:
    Trie() : first_(65536, 0), slots_(1 << 12), bits_(1 << 14), entries_(1) {}
    void add(const std::u16string& text, Entry entry);
    uint32_t next(uint32_t node, char16_t c) const { return node ? look_up(node, c) : first_[c]; }
    const Entry& entry(uint32_t node) const { return entries_[node]; }

  private:
    // A slot holds the key (node and character) above 24 bits of the node that it leads to.
    static constexpr int node_bits = 24;
    static uint64_t spread(uint64_t key) { return (key * 0x9E3779B97F4A7C15ull) >> 20; }
    static uint64_t bit(uint64_t spread) { return spread >> 23 & 0xfffff; }
    uint32_t look_up(uint32_t node, char16_t c) const {
        uint64_t key = static_cast<uint64_t>(node) << 16 | c;
        uint64_t hash = spread(key);
        if (!(bits_[bit(hash) >> 6] >> (bit(hash) & 63) & 1)) return 0;  // most places are no word, and the bits are near
        for (uint64_t i = hash;; i++) {
            uint64_t slot = slots_[i & (slots_.size() - 1)];
            if (slot >> node_bits == key) return slot & ((1u << node_bits) - 1);
            if (!slot) return 0;
        }
    }
    void put(uint64_t key, uint32_t node);
    std::vector<uint32_t> first_;
    std::vector<uint64_t> slots_, bits_;
    size_t used_ = 0;
    std::vector<Entry> entries_;
};

struct Lexicon {
    Trie trie;
    std::vector<Letter> letters = std::vector<Letter>(65536);
    std::vector<std::u16string> honorifics;
    std::array<int, 6> surname{};
    std::array<int, 3> given_first{}, given_second{}, only{}, transliteration{};
    std::array<int, 5> words{};
    int double_surname = 0, two = 0, three = 0, following = 0, is_word = 0, context = 0, label = 0, label_blank = 0, edge = 0,
        both = 0, foreign = 0, dot = 0, japanese = 0, nickname = 0, honorific = 0, somebody = 0, again = 0, cost = 0, certain = 0;
    explicit Lexicon(const Numbers& numbers);
    const Letter& letter(char16_t c) const { return letters[c]; }
};

// A name in a text, by characters of it.
struct Found {
    int64_t start, end;
    int weight;
};

std::vector<Found> find_names(const Lexicon& lexicon, const std::u16string& text);

// Where the pieces of the best reading begin, line by line.
std::vector<int64_t> find_pieces(const Lexicon& lexicon, const std::u16string& text);

}  // namespace shouxin
