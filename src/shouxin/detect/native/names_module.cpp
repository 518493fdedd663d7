// The tagger of names for Python: tables in once, then bytes in and arrays out, without the interpreter's lock.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/unordered_map.h>
#include <nanobind/stl/vector.h>

#include <memory>

#include "arrays.hpp"
#include "module.hpp"
#include "names.hpp"

namespace nb = nanobind;

namespace shouxin {

namespace {

struct Decoded {
    std::u16string text;
    std::vector<int64_t> bytes;  // where each character begins
};

// UTF-8 as one unit a character; what lies beyond the first plane is nothing the tagger knows.
Decoded decode(const uint8_t* s, size_t n) {
    Decoded made;
    made.text.reserve(n), made.bytes.reserve(n + 1);
    for (size_t i = 0; i < n;) {
        made.bytes.push_back(static_cast<int64_t>(i));
        uint8_t c = s[i];
        if (c < 0x80) {
            made.text.push_back(c), i++;
        } else if (c < 0xe0) {
            made.text.push_back(static_cast<char16_t>((c & 31) << 6 | (i + 1 < n ? s[i + 1] & 63 : 0))), i += 2;
        } else if (c < 0xf0) {
            made.text.push_back(static_cast<char16_t>((c & 15) << 12 | (i + 1 < n ? s[i + 1] & 63 : 0) << 6 | (i + 2 < n ? s[i + 2] & 63 : 0)));
            i += 3;
        } else {
            made.text.push_back(0xfffd), i += 4;
        }
    }
    made.bytes.push_back(static_cast<int64_t>(n));
    return made;
}

std::u16string wide(const std::string& text) { return decode(reinterpret_cast<const uint8_t*>(text.data()), text.size()).text; }

using Row = std::tuple<std::string, int, int, int>;
using Character = std::tuple<std::string, int, int, int, int, int>;

Lexicon* make(const Numbers& numbers, const std::vector<Row>& rows, const std::vector<Character>& characters,
              const std::vector<std::string>& honorifics) {
    auto made = std::make_unique<Lexicon>(numbers);
    for (const auto& [text, flags, before, after] : rows)
        made->trie.add(wide(text), {static_cast<uint8_t>(flags), static_cast<int8_t>(before), static_cast<int8_t>(after)});
    for (const auto& [text, flags, surname, ambiguous, first, second] : characters)
        made->letters[wide(text).at(0)] = {static_cast<uint16_t>(flags), static_cast<int8_t>(surname), static_cast<int8_t>(ambiguous),
                                           static_cast<int8_t>(first), static_cast<int8_t>(second)};
    for (const std::string& text : honorifics) made->honorifics.push_back(wide(text));
    return made.release();
}

nb::tuple names(const Lexicon& lexicon, nb::bytes text) {
    std::vector<int64_t> starts, ends, byte_starts, byte_ends;
    std::vector<int32_t> weights;
    {
        nb::gil_scoped_release free;
        Decoded made = decode(reinterpret_cast<const uint8_t*>(text.data()), text.size());
        for (const Found& found : find_names(lexicon, made.text)) {
            starts.push_back(found.start), ends.push_back(found.end), weights.push_back(found.weight);
            byte_starts.push_back(made.bytes[static_cast<size_t>(found.start)]);
            byte_ends.push_back(made.bytes[static_cast<size_t>(found.end)]);
        }
    }
    return nb::make_tuple(array(std::move(starts)), array(std::move(ends)), array(std::move(byte_starts)), array(std::move(byte_ends)),
                          array(std::move(weights)));
}

auto pieces(const Lexicon& lexicon, nb::bytes text) {
    std::vector<int64_t> begins;
    {
        nb::gil_scoped_release free;
        begins = find_pieces(lexicon, decode(reinterpret_cast<const uint8_t*>(text.data()), text.size()).text);
    }
    return array(std::move(begins));
}

}  // namespace

void bind_names(nb::module_& module) {
    nb::class_<Lexicon>(module, "Lexicon").def(nb::new_(&make)).def("names", &names, nb::arg("text")).def("pieces", &pieces, nb::arg("text"));
}

}  // namespace shouxin
