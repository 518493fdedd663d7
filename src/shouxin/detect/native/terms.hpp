// Terms of a vocabulary in UTF-8: of those that begin at a place the longest, and none inside another.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "trie.hpp"

namespace shouxin {

class Terms {
  public:
    struct Hit {
        int64_t start, end;
        int64_t run;  // where the Han characters, letters and digits begin that lead up to it without a gap
        int32_t term;
    };
    // What a term is: a `key` without which a sentence is passed over (a `label` where a sign follows, an `age`
    // where a number precedes), or the `end` of sentences.
    enum : uint8_t { key = 1, end = 2, label = 4, age = 8 };
    Terms(const std::vector<std::string>& terms, const std::vector<uint8_t>& roles);
    // The terms of all sentences in which a key stands, and the ends before them.
    std::vector<Hit> find(const uint8_t* s, size_t n) const;

  private:
    // What a character is: the first of terms, one by itself, a letter or digit, a gap between words.
    enum : uint8_t { gap = 1, first = 2, alone = 4, letter = 8 };
    // Pairs of characters, a bit each; a pair may be taken for another.
    struct Pairs {
        uint64_t words[1024] = {};
        void set(uint16_t at) { words[at >> 6] |= uint64_t{1} << (at & 63); }
        bool has(uint16_t at) const { return words[at >> 6] >> (at & 63) & 1; }
    };
    // Some characters in a row: what each is, where it begins, and those at which something begins or ends.
    struct Stretch {
        static constexpr size_t most = 512;
        size_t count = 0, events = 0, next = 0;
        uint16_t event[most];
        char16_t unit[most + 1];
        uint32_t byte[most + 2];
    };
    void gather(const uint8_t* s, size_t n, size_t from, Stretch& made) const;
    static uint16_t pair(char16_t one, char16_t two) { return static_cast<uint16_t>(one * 2654435761u >> 8 ^ two * 40503u); }
    struct Match {
        size_t end = 0;
        uint32_t node = 0;
    };
    bool is_key(uint8_t role, const uint8_t* s, size_t n, size_t from, size_t to) const;
    Match longest(const uint8_t* s, size_t n, size_t i) const;
    // The same at a character of those that were read; it may reach beyond them.
    Match longest(const Stretch& read, size_t at, size_t from, const uint8_t* s, size_t n) const;
    Trie trie_;
    std::vector<Trie::Code> codes_;
    std::vector<uint8_t> classes_;  // by character
    Pairs pairs_;                   // what begins terms of more than one character
    std::vector<int32_t> term_;   // by node
    std::vector<uint8_t> roles_;
};

}  // namespace shouxin
