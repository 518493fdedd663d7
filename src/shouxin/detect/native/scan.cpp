// The scan of a text and of a column: bytes in, arrays out, without the interpreter's lock.
#include <nanobind/nanobind.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <string_view>

#include "arrays.hpp"
#include "finder.hpp"
#include "fold.hpp"
#include "module.hpp"
#include "runs.hpp"
#include "scan.hpp"

namespace nb = nanobind;

namespace shouxin {

namespace {

void find_all(Finder& finder, View v, int64_t readable) {
    Runs(v, readable).each([&](const Run& run) { finder.take(run); });
}

// The text is read in parts, which stay in the nearest caches; each ends with a full stop, and nothing that
// stands around a number is looked at beyond one.
constexpr size_t part_size = 1 << 16;

View first_part(View v) {
    const std::string_view text(reinterpret_cast<const char*>(v.s), static_cast<size_t>(v.n)), stop = "。";
    const size_t at = text.find(stop, part_size);
    return {v.s, at == text.npos ? v.n : static_cast<int64_t>(at + stop.size())};
}

View view(nb::bytes text) { return {reinterpret_cast<const uint8_t*>(text.c_str()), static_cast<int64_t>(text.size())}; }
View view(const std::string& text) { return {reinterpret_cast<const uint8_t*>(text.data()), static_cast<int64_t>(text.size())}; }

// Leads the places in the folded text, which ascend and do not overlap, back to the original.
void unfold(const Folded& wide, std::vector<Finding>& found) {
    const std::vector<int64_t>&folded = wide.folded, &original = wide.original;
    size_t last = 0, count = folded.size();
    for (Finding& one : found) {
        while (last + 1 < count && folded[last + 1] <= one.start) last++;
        int64_t start = original[last] + one.start - folded[last];
        size_t exact = last;
        while (exact < count && folded[exact] < one.end) exact++;
        if (exact == count || folded[exact] != one.end) exact--;
        one.end = original[exact] + one.end - folded[exact];
        one.start = start;
    }
}

template <class Take>
void each_identifier(const Tables& tables, View v, float least, Take take) {
    Finder finder(tables, v, least);
    for (int64_t from = 0; from < v.n;) {
        const View part = first_part({v.s + from, v.n - from});
        const Folded wide = fold(part);
        const View plain = wide.any ? view(wide.text) : part;
        finder.begin(plain);
        find_all(finder, plain, plain.n);
        if (wide.any) unfold(wide, finder.found);
        for (Finding& found : finder.found) {
            found.start += from, found.end += from;
            take(found);
        }
        from += part.n;
    }
}

nb::tuple scan(const Tables& tables, nb::bytes text, float least) {
    std::vector<uint8_t> kind;
    std::vector<uint16_t> evidence;
    std::vector<int64_t> start, end;
    std::vector<float> score;
    View v = view(text);
    // Room for as many more in the rest of the text as in what was read: what grows by doubling is touched twice.
    const auto make_room = [&](int64_t read) {
        const double expected = static_cast<double>(kind.size()) * static_cast<double>(v.n) / static_cast<double>(read) * 17 / 16;
        const size_t room = std::max(static_cast<size_t>(expected), kind.size() + kind.size() / 2 + 256);
        kind.reserve(room), start.reserve(room), end.reserve(room), score.reserve(room), evidence.reserve(room);
    };
    {
        nb::gil_scoped_release released;
        each_identifier(tables, v, least, [&](const Finding& found) {
            if (kind.size() == kind.capacity()) make_room(found.end);
            kind.push_back(static_cast<uint8_t>(found.kind));
            evidence.push_back(found.evidence);
            start.push_back(found.start);
            end.push_back(found.end);
            score.push_back(found.score);
        });
    }
    return nb::make_tuple(array(std::move(kind)), array(std::move(start)), array(std::move(end)), array(std::move(score)),
                          array(std::move(evidence)));
}

nb::object folded(nb::bytes text) {
    Folded result;
    {
        View v = view(text);
        nb::gil_scoped_release released;
        result = fold(v);
    }
    if (!result.any) return nb::none();
    return nb::make_tuple(nb::bytes(result.text.data(), result.text.size()), array(std::move(result.folded)),
                          array(std::move(result.original)));
}

using Offsets = nb::ndarray<const int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

// For each ascending byte offset, how many characters of the text begin before it.
nb::object characters(nb::bytes text, Offsets offsets) {
    std::vector<int64_t> result(offsets.size());
    {
        View v = view(text);
        nb::gil_scoped_release released;
        const int64_t* wanted = offsets.data();
        int64_t at = 0, count = 0;
        for (size_t i = 0; i < result.size(); i++) {
            int64_t to = std::min(std::max(wanted[i], at), v.n), chars = 0;
            for (int64_t k = at; k < to; k++) chars += !continues(v.s[k]);
            at = to;
            count += chars;
            result[i] = count;
        }
    }
    return nb::cast(array(std::move(result)));
}

bool ascii(View v) {
    uint8_t any = 0;
    for (int64_t i = 0; i < v.n; i++) any |= v.s[i];
    return any < 0x80;
}

// Counts, for the rows of an Arrow string column, the cells in which each kind is found.
template <class Offset>
void count_rows(const Tables& tables, const uint8_t* data, const Offset* offsets, int64_t rows, int64_t size, float least,
                std::vector<int64_t>& counts) {
    Finder finder(tables, {data, 0}, least);
    auto count = [&](View cell, int64_t readable) {
        finder.begin(cell);
        find_all(finder, cell, readable);
        uint64_t seen = 0;
        for (const Finding& found : finder.found) seen |= 1ull << static_cast<int>(found.kind);
        for (; seen; seen &= seen - 1) counts[static_cast<size_t>(__builtin_ctzll(seen))]++;
    };
    int64_t first = rows ? static_cast<int64_t>(offsets[0]) : 0, last = static_cast<int64_t>(offsets[rows]);
    bool folds = first < last && foldable({data + first, last - first});
    for (int64_t row = 0; row < rows; row++) {
        int64_t from = static_cast<int64_t>(offsets[row]), to = static_cast<int64_t>(offsets[row + 1]);
        if (from >= to) continue;
        View cell{data + from, to - from};
        if (folds && !ascii(cell)) {
            Folded wide = fold(cell);
            if (wide.any) {
                const View plain = view(wide.text);
                count(plain, plain.n);
                continue;
            }
        }
        count(cell, size - from);
    }
}

using Bytes = nb::ndarray<const uint8_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
template <class Offset>
using Rows = nb::ndarray<const Offset, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

template <class Offset>
nb::object column(const Tables& tables, Bytes data, Rows<Offset> offsets, float least) {
    std::vector<int64_t> counts(kinds);
    for (size_t row = 0; row < offsets.size(); row++)
        if (offsets.data()[row] < 0 || offsets.data()[row] > static_cast<int64_t>(data.size()))
            throw nb::value_error("the offsets lead outside the data");
    {
        nb::gil_scoped_release released;
        count_rows(tables, data.data(), offsets.data(), std::max<int64_t>(static_cast<int64_t>(offsets.size()) - 1, 0),
                   static_cast<int64_t>(data.size()), least, counts);
    }
    return nb::cast(array(std::move(counts)));
}

using Scores = nb::ndarray<const float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

}  // namespace

std::vector<Finding> identifiers(const Tables& tables, View text, float least) {
    std::vector<Finding> found;
    each_identifier(tables, text, least, [&](const Finding& one) { found.push_back(one); });
    return found;
}

void bind_scan(nb::module_& module) {
    nb::class_<Tables>(module, "Tables")
        .def("__init__",
             [](Tables* self, Scores scores, const std::vector<std::tuple<nb::bytes, uint64_t, uint64_t>>& words,
                std::vector<int> regions, std::vector<int> mobiles, std::vector<int> areas, std::vector<int> countries,
                const std::vector<std::tuple<int64_t, int64_t, uint32_t>>& cards, std::vector<std::string> plates,
                std::vector<int> networks, const std::vector<std::tuple<nb::bytes, uint64_t, bool>>& units) {
                 if (scores.shape(0) != static_cast<size_t>(kinds) || scores.shape(1) != evidence::patterns)
                     throw nb::value_error("scores must have a row for each kind and a column for each pattern of evidence");
                 std::vector<Word> known;
                 for (const auto& [text, announces, against] : words) known.push_back({std::string(text.c_str(), text.size()), announces, against});
                 std::vector<Unit> behind;
                 for (const auto& [text, against, closes] : units) behind.push_back({std::string(text.c_str(), text.size()), against, closes});
                 std::vector<CardRange> ranges;
                 for (const auto& [low, high, lengths] : cards) ranges.push_back({low, high, lengths});
                 new (self) Tables(std::vector<float>(scores.data(), scores.data() + scores.size()), std::move(known),
                                   std::move(regions), std::move(mobiles), std::move(areas), std::move(countries),
                                   std::move(ranges), std::move(plates), std::move(networks), std::move(behind));
             })
        .def("scan", &scan, nb::arg("text"), nb::arg("least"))
        .def("column", &column<int32_t>, nb::arg("data"), nb::arg("offsets").noconvert(), nb::arg("least"))
        .def("column", &column<int64_t>, nb::arg("data"), nb::arg("offsets").noconvert(), nb::arg("least"));
    module.def("fold", &folded, nb::arg("text"));
    module.def("characters", &characters, nb::arg("text"), nb::arg("offsets"));
}

}  // namespace shouxin
