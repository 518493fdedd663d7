// Strings by prefix, as a double array: a node and the code of a character lead to the next node by one addition.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace shouxin {

// What is known of one string; bits as in detect/compiled.py.
struct Entry {
    enum : uint8_t { word = 1, label = 2, person = 4, japanese = 8, surname = 16, place = 32, address = 64 };
    uint8_t flags = 0;
    int8_t before = 0, after = 0;
};

// The hash of two or three codes in a row.
inline uint32_t row(uint32_t one, uint32_t two, uint32_t three = 0) { return one * 0x9E3779B1u + two * 0x85EBCA77u + three * 0xC2B2AE3Du; }

// A set of two or three codes in a row, by their hash: what it does not have was never added.
template <int size_bits>
class Rows {
  public:
    void add(uint32_t row) { bits_[row >> (38 - size_bits)] |= 1ull << (row >> (32 - size_bits) & 63); }
    bool has(uint32_t row) const { return bits_[row >> (38 - size_bits)] >> (row >> (32 - size_bits) & 63) & 1; }

  private:
    std::vector<uint64_t> bits_ = std::vector<uint64_t>(size_t{1} << (size_bits - 6));
};

class Trie {
  public:
    struct Node {
        uint32_t base : 31;   // 0: no string goes on here
        uint32_t known : 1;   // whether an entry stands here
        uint32_t check;       // 1 + the node that leads here; 0: free
    };
    using Code = uint16_t;  // 0: a character of no string
    struct Row {
        std::u16string codes;
        Entry entry;
    };

    // Rows sorted by their codes, each once.
    void build(const std::vector<Row>& rows, Code codes);
    // All of it as bytes, and back; false where it could lead outside.
    std::string packed() const;
    bool unpack(const char* bytes, size_t size, Code codes);

    // Every string, as its codes, with its entry.
    template <class Each>
    void each(Each&& each) const {
        std::vector<Code> string;
        for (uint32_t node = 1; node < nodes_.size(); node++)
            if (nodes_[node].known) each(codes(node, string), entry(node));
    }
    // The node after `node`, 0 where none is; the root is node 0.
    uint32_t next(uint32_t node, Code code) const {
        uint32_t to = nodes_[node].base + code;
        return nodes_[to].check == node + 1 ? to : 0;
    }
    // Fetches the node after two characters into the near caches; most time goes into waiting for it.
    void fetch(Code one, Code two) const { __builtin_prefetch(&nodes_[nodes_[nodes_[0].base + one].base + two]); }
    const Entry& entry(uint32_t node) const { return entries_[node]; }
    bool known(uint32_t node) const { return nodes_[node].known; }
    bool goes_on(uint32_t node) const { return nodes_[node].base; }

  private:
    const std::vector<Code>& codes(uint32_t node, std::vector<Code>& made) const;
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
    std::vector<uint32_t> free_after_;  // while building: the next place that may be free
    uint32_t crowded_ = 0;
};

}  // namespace shouxin
