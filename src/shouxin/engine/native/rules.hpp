// The rules about one act in one stretch of time, as words of bits; written by circuit.py.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <cstdint>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace shouxin {

namespace nb = nanobind;

// What is known of the atoms of the rules: bit 2n of a word of 64 says that atom n may hold, bit 2n + 1 that it may not.
using Words = std::vector<uint64_t>;

class Rules {
  public:
    // A fact by its place, a sign and a literal; `in` stands before several literals.
    using Comparison = std::tuple<uint32_t, std::string, nb::object>;
    // Whether one is enough, the bits of the literals, and other conditions by their number.
    using Condition = std::tuple<bool, std::vector<uint32_t>, std::vector<uint32_t>>;
    // A condition, whether it is a permit, and the rules that defeat it, which come before it.
    using Rule = std::tuple<uint32_t, bool, std::vector<uint32_t>>;

    // The atoms are the facts at the places `booleans`, then the comparisons.
    Rules(std::vector<uint32_t> booleans, const std::vector<Comparison>& comparisons,
          const std::vector<Condition>& conditions, std::vector<Rule> rules);

    // What facts are worth, by place, decides: the bits of the rules that take effect, above them of those that may.
    nb::bytes of_values(PyObject* const* values, size_t count) const;

    // The same for an act made ready: its words, as bytes with the lowest first.
    nb::bytes of_words(const nb::bytes& words) const;

  private:
    // Atom, sign and literal of a comparison.
    struct Test {
        uint32_t place;
        int sign;
        nb::object literal;
    };
    // Bits of one word that must all be set, or one of them.
    struct Mask {
        uint32_t at;
        uint64_t bits;
    };
    struct Node {
        bool any;
        uint32_t masks, masks_end, parts, parts_end;
    };

    nb::bytes decided(const Words& may) const;
    bool holds(uint32_t number, const Words& known) const;

    std::vector<uint32_t> booleans_;
    std::vector<Test> tests_;
    std::vector<Mask> masks_;
    std::vector<uint32_t> parts_;
    std::vector<Node> nodes_;
    std::vector<Rule> rules_;
    size_t places_ = 0;
    size_t words_;
};

}  // namespace shouxin
