// The double array is filled level by level, so that what is looked up most lies together, large nodes first; each node takes the first base at which all its characters find a free place.
#include "trie.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace shouxin {

namespace {

constexpr int most_tries = 30;
constexpr size_t most_nodes = (1 << 24) - 1;

}  // namespace

void Trie::grow(size_t size) {
    if (size <= nodes_.size()) return;
    if (size > most_nodes) throw std::length_error("too many strings");
    size_t before = nodes_.size();
    nodes_.resize(size, Node{0, 0, 0, 0}), entries_.resize(size), free_after_.resize(size);
    for (size_t i = before; i < size; i++) free_after_[i] = static_cast<uint32_t>(i);
}

uint32_t Trie::free_from(uint32_t at) {
    grow(at + 1u);
    uint32_t found = at;
    while (free_after_[found] != found) grow((found = free_after_[found]) + 1u);
    while (at != found) at = std::exchange(free_after_[at], found);  // the next search takes one step
    return found;
}

uint32_t Trie::room_for(const std::vector<Code>& codes) {
    // What lies before `crowded_` is left to nodes with one child: too many free places there fit nothing else.
    uint32_t at = free_from(codes.size() > 1 ? std::max(codes[0] + 1u, crowded_) : codes[0] + 1u);
    for (int tries = 1;; tries++, at = free_from(at + 1)) {
        if (tries == most_tries) crowded_ = at;
        uint32_t base = at - codes[0];
        grow(base + codes.back() + 1u);
        bool fits = true;
        for (Code code : codes) fits &= !nodes_[base + code].check;
        if (fits) return base;
    }
}

void Trie::put(Group group, const std::vector<Row>& rows, size_t depth, std::vector<Group>& next) {
    auto [node, first, last] = group;
    if (rows[first].codes.size() == depth) {
        const Entry& entry = entries_[node] = rows[first++].entry;
        nodes_[node].flags = static_cast<uint8_t>(entry.flags | (entry.before || entry.after ? Entry::weighs : 0));
    }
    if (first == last) return;
    std::vector<Code> codes;
    std::vector<size_t> begins;
    for (size_t i = first; i < last; i++)
        if (codes.empty() || rows[i].codes[depth] != codes.back()) codes.push_back(rows[i].codes[depth]), begins.push_back(i);
    begins.push_back(last);
    uint32_t base = room_for(codes);
    nodes_[node].base = base;
    for (size_t i = 0; i < codes.size(); i++) {
        uint32_t to = base + codes[i];
        nodes_[to].check = node + 1;
        grow(to + 2u);
        free_after_[to] = to + 1u;
        next.push_back({to, begins[i], begins[i + 1]});
    }
}

void Trie::build(const std::vector<Row>& rows, Code codes) {
    nodes_.clear(), entries_.clear(), free_after_.clear(), crowded_ = 0;
    grow(2);
    free_after_[0] = 1;
    std::vector<Group> groups, next;
    if (!rows.empty()) groups.push_back({0, 0, rows.size()});
    for (size_t depth = 0; !groups.empty(); depth++) {
        auto size = [](const Group& group) { return group.last - group.first; };
        std::stable_sort(groups.begin(), groups.end(), [&](const Group& one, const Group& other) { return size(one) > size(other); });
        for (const Group& group : groups) put(group, rows, depth, next);
        groups.swap(next), next.clear();
    }
    uint32_t highest = 0;
    for (const Node& node : nodes_) highest = std::max<uint32_t>(highest, node.base);
    grow(highest + codes + 1u);
    free_after_ = {};
    settle();
}

// What follows from the nodes.
void Trie::settle() {
    pairs_.assign(1 << 13, 0);
    inside_.assign(1 << 16, false);
    for (uint32_t node = 0; node < nodes_.size(); node++) {
        if (!nodes_[node].check || nodes_[node].check > nodes_.size()) continue;
        const uint32_t from = nodes_[node].check - 1, code = node - nodes_[from].base;
        nodes_[from].after |= 1u << (code & 7);
        if (from) inside_[code & 0xffff] = true;
        if (!from || nodes_[from].check != 1) continue;
        const uint32_t at = pair(static_cast<Code>(from - nodes_[0].base), static_cast<Code>(code));
        pairs_[at >> 6] |= uint64_t{1} << (at & 63);
    }
}

std::string Trie::packed() const {
    std::string bytes(nodes_.size() * (sizeof(Node) + sizeof(Entry)), '\0');
    std::memcpy(bytes.data(), nodes_.data(), nodes_.size() * sizeof(Node));
    std::memcpy(bytes.data() + nodes_.size() * sizeof(Node), entries_.data(), nodes_.size() * sizeof(Entry));
    return bytes;
}

bool Trie::unpack(const char* bytes, size_t size, Code codes) {
    size_t count = size / (sizeof(Node) + sizeof(Entry));
    if (!count) return false;
    nodes_.assign(count + 1, Node{0, 0, 0, 0}), entries_.resize(count + 1);  // one more for the code of what is in no string
    std::memcpy(static_cast<void*>(nodes_.data()), bytes, count * sizeof(Node));
    std::memcpy(static_cast<void*>(entries_.data()), bytes + count * sizeof(Node), count * sizeof(Entry));
    settle();
    return std::all_of(nodes_.begin(), nodes_.end(), [&](const Node& node) { return size_t{node.base} + codes < count; });
}

}  // namespace shouxin
