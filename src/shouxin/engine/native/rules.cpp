#include "rules.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>

namespace shouxin {
namespace {

constexpr int among = -1;

int sign_of(const std::string& sign) {
    static const std::array<std::pair<const char*, int>, 7> signs = {{{"=", Py_EQ},
                                                                      {"<>", Py_NE},
                                                                      {"<", Py_LT},
                                                                      {"<=", Py_LE},
                                                                      {">", Py_GT},
                                                                      {">=", Py_GE},
                                                                      {"in", among}}};
    for (const auto& [name, number] : signs)
        if (sign == name) return number;
    throw std::invalid_argument("a comparison with a sign that there is not");
}

// What is known to hold: whatever may not turn out otherwise.
Words sure_of(const Words& may) {
    constexpr uint64_t even = 0x5555555555555555;
    Words sure(may.size());
    for (size_t at = 0; at < may.size(); at++) sure[at] = ~((may[at] >> 1 & even) | (may[at] & even) << 1);
    return sure;
}

enum State : uint8_t { excluded, open, effective };

}  // namespace

Rules::Rules(std::vector<uint32_t> booleans, const std::vector<Comparison>& comparisons,
             const std::vector<Condition>& conditions, std::vector<Rule> rules)
    : booleans_(std::move(booleans)), rules_(std::move(rules)),
      words_((2 * (booleans_.size() + comparisons.size()) + 63) / 64) {
    for (const auto& [place, sign, literal] : comparisons) tests_.push_back({place, sign_of(sign), literal});
    for (uint32_t place : booleans_) places_ = std::max<size_t>(places_, place + 1);
    for (const Test& test : tests_) places_ = std::max<size_t>(places_, test.place + 1);
    for (const auto& [any, literals, parts] : conditions) {
        auto masks = static_cast<uint32_t>(masks_.size());
        Words bits(words_);
        for (uint32_t literal : literals) bits.at(literal / 64) |= uint64_t{1} << literal % 64;
        for (uint32_t at = 0; at < words_; at++)
            if (bits[at]) masks_.push_back({at, bits[at]});
        auto first = static_cast<uint32_t>(parts_.size());
        for (uint32_t part : parts) {
            if (part >= nodes_.size()) throw std::invalid_argument("a condition before its parts");
            parts_.push_back(part);
        }
        nodes_.push_back({any, masks, static_cast<uint32_t>(masks_.size()), first,
                          static_cast<uint32_t>(parts_.size())});
    }
    for (size_t number = 0; number < rules_.size(); number++) {
        const auto& [condition, permit, exceptions] = rules_[number];
        bool late = std::any_of(exceptions.begin(), exceptions.end(), [&](uint32_t rule) { return rule >= number; });
        if (condition >= nodes_.size() || late) throw std::invalid_argument("a rule before what it rests on");
    }
}

nb::bytes Rules::of_values(PyObject* const* values, size_t count) const {
    if (count < places_) throw std::invalid_argument("a place without a value");
    Words may(words_);
    size_t bit = 0;
    for (uint32_t place : booleans_) {
        PyObject* worth = values[place];
        may[bit / 64] |= (uint64_t{worth != Py_False} | uint64_t{worth != Py_True} << 1) << bit % 64;
        bit += 2;
    }
    for (const auto& [place, sign, literal] : tests_) {
        PyObject* worth = values[place];
        uint64_t known = 3;
        if (worth != Py_None) {
            int found = sign == among ? PySequence_Contains(literal.ptr(), worth)
                                      : PyObject_RichCompareBool(worth, literal.ptr(), sign);
            if (found < 0) nb::raise_python_error();
            known = found ? 1 : 2;
        }
        may[bit / 64] |= known << bit % 64;
        bit += 2;
    }
    return decided(may);
}

nb::bytes Rules::of_words(const nb::bytes& words) const {
    if (words.size() != 8 * words_) throw std::invalid_argument("an act that was made ready for other rules");
    Words may(words_);
    std::memcpy(may.data(), words.data(), words.size());
    return decided(may);
}

nb::bytes Rules::decided(const Words& may) const {
    Words sure = sure_of(may);
    std::vector<uint8_t> states(rules_.size(), excluded);
    std::vector<uint8_t> found((2 * rules_.size() + 7) / 8);
    for (size_t number = 0; number < rules_.size(); number++) {
        const auto& [condition, permit, exceptions] = rules_[number];
        if (!holds(condition, may)) continue;
        uint8_t against = excluded;
        for (uint32_t rule : exceptions) against = std::max(against, states[rule]);
        if (against == effective) continue;
        bool known = against == excluded && holds(condition, sure);
        states[number] = known ? effective : open;
        size_t bit = known ? number : number + rules_.size();
        if (known || !permit) found[bit / 8] |= static_cast<uint8_t>(1 << bit % 8);
    }
    return nb::bytes(reinterpret_cast<const char*>(found.data()), found.size());
}

bool Rules::holds(uint32_t number, const Words& known) const {
    const Node& node = nodes_[number];
    for (uint32_t at = node.masks; at < node.masks_end; at++) {
        uint64_t hit = known[masks_[at].at] & masks_[at].bits;
        if (node.any ? hit != 0 : hit != masks_[at].bits) return node.any;
    }
    for (uint32_t at = node.parts; at < node.parts_end; at++)
        if (holds(parts_[at], known) == node.any) return node.any;
    return !node.any;
}

}  // namespace shouxin
