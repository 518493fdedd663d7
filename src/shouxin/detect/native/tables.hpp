// What the scanner knows from detect/kinds: weights of evidence, words of context, codes that were issued.
#pragma once
#include <array>
#include <bitset>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "kinds.hpp"
#include "view.hpp"

namespace shouxin {

using Evidence = uint16_t;

// What speaks for or against a candidate; detect/evidence.py has the same bits.
namespace evidence {
constexpr Evidence checksum = 1, table = 2, inner = 4, context = 8, other = 16, against = 32, glued = 64, split = 128,
                   broken = 256;
constexpr int patterns = 512;
}  // namespace evidence

constexpr uint64_t bit(Kind kind) { return 1ull << static_cast<int>(kind); }
// The kinds that only their label makes known, and what may stand between the two.
constexpr uint64_t labelled = bit(Kind::qq) | bit(Kind::wechat) | bit(Kind::account_name) | bit(Kind::password) |
                              bit(Kind::secret) | bit(Kind::url_token);
// What ends the look back from a candidate: the word before it belongs to something else.
constexpr uint32_t partings[] = {three("，"), three("；"), three("。")};
constexpr const char* label_marks[] = {"：", "是", "为", "号", "码"};

// A word of context: the kinds that it announces, and the kinds that it speaks against.
struct Word {
    std::string text;
    uint64_t announces, against;
};

// A word that speaks against these kinds right behind a number; `closes`: where no further Han character follows.
struct Unit {
    std::string text;
    uint64_t against;
    bool closes;
};

struct CardRange {
    int64_t low, high;  // the first six digits
    uint32_t lengths;   // bit n: cards of n digits
};

class Tables {
  public:
    Tables(const std::vector<float>& scores, std::vector<Word> words, std::vector<int> regions, std::vector<int> mobiles,
           std::vector<int> areas, std::vector<int> countries, std::vector<CardRange> cards, std::vector<std::string> plates,
           std::vector<int> networks, std::vector<Unit> units);

    // What a candidate scores: as it is, with a word for it, and with the worst that words may say of it.
    struct Score {
        float as_is, most, worst;
    };
    const Score& score(Kind kind, Evidence found) const { return scores_[static_cast<size_t>(kind) * evidence::patterns + found]; }
    bool region(int64_t two_digits) const { return regions_[static_cast<size_t>(two_digits)]; }
    bool mobile(int64_t three_digits) const { return mobiles_[static_cast<size_t>(three_digits)]; }
    bool area(int64_t code) const { return areas_[static_cast<size_t>(code)]; }
    bool country(int64_t code) const { return countries_[static_cast<size_t>(code)]; }
    bool network(int64_t code) const { return networks_[static_cast<size_t>(code)]; }
    bool card(int64_t six_digits, int length) const;
    bool plate(View v, int64_t i) const {  // whether one of the Han characters of plates stands at i
        if (i < 0 || i + 3 > v.n || (v.s[i] & 0xF0) != 0xE0) return false;
        return plates_[character(v.s + i + 1)] >> (v.s[i] & 15) & 1 && continues(v.s[i + 1]) && continues(v.s[i + 2]);
    }

    // How many of the eight characters before v[at], from the nearest on, are of three bytes each, begin no word and
    // are none of `partings`; 0 where the processor cannot tell.
    int64_t quiet_before(View v, int64_t at) const;
    // Whether a label for a value may end with the character of three bytes before `end`.
    bool closes(const uint8_t* end) const { return closes_[character(end - 2)]; }
    // The longest word that begins at i and ends at or before `limit`.
    const Word* begins(View v, int64_t i, int64_t limit) const {
        if (lower(v.s[i]) && letter(v[i - 1])) return nullptr;  // inside a word
        uint16_t key = head(v, i);
        return first_.has(key) ? begins_listed(v, i, limit, key) : nullptr;
    }
    // The longest word that ends at `end`.
    const Word* ends(View v, int64_t end) const {
        uint16_t key = tail(v, end);
        return last_.has(key) ? ends_listed(v, end, key) : nullptr;
    }

    // The kinds that a word right behind a number speaks against.
    uint64_t denied(View v, int64_t end) const {
        end += v[end] == ' ';
        return beginnings_[beginning(v, end)] ? denied_by_listed(v, end) : 0;
    }

  private:
    // Two letters, or a Han character.
    static uint16_t beginning(View v, int64_t i) {
        if (v[i] < 0x80) return letters(v[i], v[i + 1]);
        return static_cast<uint16_t>(v[i] << 12 | (v[i + 1] & 63) << 6 | (v[i + 2] & 63));
    }
    uint64_t denied_by_listed(View v, int64_t at) const;
    // Words are looked up by their first or last two characters: six bytes where they are Han, else two.
    static uint16_t head(View v, int64_t i) { return v[i] < 0x80 ? letters(v[i], v[i + 1]) : two_han(v, i); }
    static uint16_t tail(View v, int64_t end) {
        return v[end - 1] < 0x80 ? letters(v[end - 2], v[end - 1]) : two_han(v, end - 6);
    }
    static uint16_t letters(uint8_t one, uint8_t two) { return static_cast<uint16_t>((one | 32) << 8 | (two | 32)); }
    static constexpr uint32_t one = 0x9E3779B1, other = 0x85EBCA77;  // odd and without a pattern
    static uint16_t two_han(View v, int64_t i) { return static_cast<uint16_t>((three(v, i) * one + three(v, i + 3) * other) >> 16); }
    // Three bytes are told by the last two, of six bits each.
    static size_t character(const uint8_t* s) { return static_cast<size_t>((s[0] & 63) << 6 | (s[1] & 63)); }
    const Word* begins_listed(View v, int64_t i, int64_t limit, uint16_t key) const;
    const Word* ends_listed(View v, int64_t end, uint16_t key) const;
    bool whole(View v, int64_t from, const Word& word) const;
    std::vector<Score> scores_;
    std::vector<Word> words_;
    std::vector<bool> regions_, mobiles_, areas_, countries_, networks_;
    std::vector<CardRange> cards_;
    std::vector<Unit> units_;
    std::bitset<65536> beginnings_;  // of units
    // Words by the hash of their first or last bytes, the longest first, and a bit for each hash that occurs:
    // nearly every place in a text is no word, and the bits fit into the nearest cache.
    struct Index {
        std::vector<uint32_t> bits = std::vector<uint32_t>(65536 / 32);
        std::vector<std::vector<uint16_t>> words = std::vector<std::vector<uint16_t>>(65536);
        bool has(uint16_t key) const { return bits[key >> 5] >> (key & 31) & 1; }
        void add(uint16_t key, uint16_t word);
    };
    Index first_, last_;
    std::bitset<4096> closes_;
    std::array<uint16_t, 4096> plates_{};  // a bit for each first byte
};

}  // namespace shouxin
