// The readings of prose for Python: tables in once, then bytes in and arrays out, without the interpreter's lock.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/unordered_map.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <memory>

#include "arrays.hpp"
#include "module.hpp"
#include "prose.hpp"

namespace nb = nanobind;

namespace shouxin {

namespace {

using Row = std::tuple<std::string, int, int, int>;
using Lists = std::unordered_map<std::string, std::vector<std::string>>;

// The nodes of the trie of these rows, for `make`: built once, kept in a file.
nb::bytes packed(const std::string& alphabet, const std::vector<Row>& rows) {
    std::vector<Trie::Code> codes(65536);
    std::u16string letters = units_of(alphabet);
    for (size_t i = 0; i < letters.size(); i++) codes[letters[i]] = static_cast<Trie::Code>(i + 1);
    std::vector<Trie::Row> made;
    for (const auto& [text, flags, before, after] : rows) {
        Trie::Row row{units_of(text), {static_cast<uint8_t>(flags), static_cast<int8_t>(before), static_cast<int8_t>(after)}};
        for (char16_t& c : row.codes)
            if (!(c = codes[c])) throw nb::value_error("a row has a character that the alphabet lacks");
        if (row.codes.size() > Trie::longest) throw nb::value_error("a row is too long");
        if (!row.codes.empty()) made.push_back(row);
    }
    std::sort(made.begin(), made.end(), [](const Trie::Row& one, const Trie::Row& other) { return one.codes < other.codes; });
    Trie trie;
    trie.build(made, static_cast<Trie::Code>(letters.size()));
    std::string bytes = trie.packed();
    return nb::bytes(bytes.data(), bytes.size());
}

Lexicon* make(const Numbers& numbers, const std::string& alphabet, const std::vector<Character>& characters,
              const std::vector<std::string>& honorifics, const Lists& endings, nb::bytes nodes) {
    auto made = std::make_unique<Lexicon>();
    made->set(numbers);
    std::u16string letters = units_of(alphabet);
    made->set_alphabet(letters);
    made->set_characters(characters);
    made->set_honorifics(honorifics);
    uint8_t bit = 1;
    for (auto [name, list] : {std::pair{"road", &made->road}, {"local", &made->local}, {"home", &made->home}, {"point", &made->point},
                              {"units", &made->units}, {"organisation", &made->organisation}}) {
        made->set_endings(*list, bit, endings.at(name));
        bit = static_cast<uint8_t>(bit << 1);
    }
    if (!made->trie.unpack(nodes.c_str(), nodes.size(), static_cast<Trie::Code>(letters.size()))) throw nb::value_error("the nodes lead outside");
    made->settle();
    return made.release();
}

nb::tuple columns(const std::vector<Stretch>& found) {
    std::vector<int64_t> starts, ends;
    std::vector<int32_t> values;
    for (const Stretch& one : found) starts.push_back(one.start), ends.push_back(one.end), values.push_back(one.value);
    return nb::make_tuple(array(std::move(starts)), array(std::move(ends)), array(std::move(values)));
}

using Offsets = nb::ndarray<const int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

nb::tuple read(const Lexicon& lexicon, nb::bytes text, Offsets starts, Offsets ends, bool names, bool addresses) {
    if (starts.size() != ends.size()) throw nb::value_error("as many ends as starts are needed");
    Prose made;
    {
        nb::gil_scoped_release released;
        std::vector<Stretch> identifiers(starts.size());
        for (size_t i = 0; i < identifiers.size(); i++) identifiers[i] = {starts.data()[i], ends.data()[i], 0};
        made = read_prose(lexicon, reinterpret_cast<const uint8_t*>(text.c_str()), text.size(), identifiers, names, addresses);
    }
    return nb::make_tuple(columns(made.names), columns(made.addresses));
}

}  // namespace

void bind_prose(nb::module_& module) {
    module.def("packed", &packed, nb::arg("alphabet"), nb::arg("rows"));
    nb::class_<Lexicon>(module, "Lexicon")
        .def(nb::new_(&make), nb::arg("numbers"), nb::arg("alphabet"), nb::arg("characters"), nb::arg("honorifics"), nb::arg("endings"),
             nb::arg("nodes"))
        .def("read", &read, nb::arg("text"), nb::arg("starts"), nb::arg("ends"), nb::arg("names"), nb::arg("addresses"));
}

}  // namespace shouxin
