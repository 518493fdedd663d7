// Strings by prefix, as a double array: a node and the code of a character lead to the next node by one addition.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace shouxin {

// What is known of one string; bits as in detect/compiled.py, and whether it weighs beside a name.
struct Entry {
    enum : uint8_t { word = 1, label = 2, person = 4, japanese = 8, surname = 16, place = 32, address = 64, weighs = 128 };
    uint8_t flags = 0;
    int8_t before = 0, after = 0;
};

class Trie {
  public:
    struct Node {
        uint32_t base : 24;   // 0: no string goes on here
        uint32_t flags : 8;   // of the entry that stands here; 0: none does
        uint32_t check : 24;  // 1 + the node that leads here; 0: free
        uint32_t after : 8;   // a bit for each code that goes on, by its last three bits: most that do not need no look-up
    };
    using Code = uint16_t;  // 0: a character of no string
    static constexpr size_t longest = 31;  // characters of a string
    struct Row {
        std::u16string codes;
        Entry entry;
    };

    // Rows sorted by their codes, each once.
    void build(const std::vector<Row>& rows, Code codes);
    // All of it as bytes, and back; false where it could lead outside.
    std::string packed() const;
    bool unpack(const char* bytes, size_t size, Code codes);

    // The node after `node`, 0 where none is; the root is node 0.
    uint32_t next(uint32_t node, Code code) const {
        uint32_t to = nodes_[node].base + code;
        return nodes_[to].check == node + 1 ? to : 0;
    }
    // Whether a string of several characters may begin with two; rarely one that does not is taken for one that does.
    struct Pairs {
        const uint64_t* bits;
        bool begin(Code one, Code two) const {
            const uint32_t at = pair(one, two);
            return bits[at >> 6] >> (at & 63) & 1;
        }
    };
    Pairs pairs() const { return {pairs_.data()}; }
    uint32_t base(uint32_t node) const { return nodes_[node].base; }
    // The node of one character; and of two, from the base behind the first: 0 where no string begins with them.
    uint32_t first(Code one) const { return nodes_[0].base + one; }
    uint32_t second(Code one, uint32_t base, Code two) const { return nodes_[base + two].check == first(one) + 1 ? base + two : 0; }
    const Node* nodes() const { return nodes_.data(); }
    const Entry& entry(uint32_t node) const { return entries_[node]; }
    uint8_t flags(uint32_t node) const { return nodes_[node].flags; }
    // Whether a character stands in a string and is not its first.
    bool inside(Code code) const { return inside_[code]; }
    bool goes_on(uint32_t node, Code code) const { return nodes_[node].after >> (code & 7) & 1; }

    static uint32_t pair(Code one, Code two) { return (static_cast<uint32_t>(one) << 13 ^ two) * 0x9E3779B1u >> 13; }

  private:
    void settle();
    uint32_t free_from(uint32_t at);
    uint32_t room_for(const std::vector<Code>& codes);
    struct Group {
        uint32_t node;
        size_t first, last;  // the rows that begin with what leads to the node
    };
    void put(Group group, const std::vector<Row>& rows, size_t depth, std::vector<Group>& next);
    void grow(size_t size);
    std::vector<Node> nodes_;
    std::vector<Entry> entries_;
    std::vector<bool> inside_;          // by code
    std::vector<uint64_t> pairs_;       // the first two characters of all strings, by their hash
    std::vector<uint32_t> free_after_;  // while building: the next place that may be free
    uint32_t crowded_ = 0;
};

}  // namespace shouxin
