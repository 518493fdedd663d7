// The whole scan in one call: identifiers, names and addresses, what words tell, and of what overlaps the best.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "arrays.hpp"
#include "module.hpp"
#include "prose.hpp"
#include "scan.hpp"
#include "spans.hpp"
#include "terms.hpp"
#include "told.hpp"

namespace nb = nanobind;

namespace shouxin {

namespace {

constexpr float sure = 0.5f;  // as SURE in detect/thresholds.py

View view(nb::bytes text) { return {reinterpret_cast<const uint8_t*>(text.c_str()), static_cast<int64_t>(text.size())}; }

template <class T>
using Column = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

template <class T>
std::vector<T> column(nb::handle from, const char* name) {
    auto held = nb::cast<Column<T>>(from.attr(name));
    return {held.data(), held.data() + held.size()};
}

// What each term means, from a Vocabulary of categories/vocabulary.py.
Vocabulary vocabulary(nb::handle words) {
    Vocabulary made;
    made.role = column<uint8_t>(words, "role"), made.topic = column<uint8_t>(words, "topic"), made.label = column<uint8_t>(words, "label");
    made.weight = column<float>(words, "weight");
    made.acts = column<uint64_t>(words, "acts"), made.against = column<uint64_t>(words, "against");
    return made;
}

}  // namespace

// What a Scanner asks for, with all that is needed to find it; detect/detector.py makes one.
class Detector {
  public:
    Detector(const Tables& tables, nb::dict wants, nb::dict prose, nb::dict told, nb::dict made)
        : tables_(tables), wanted_(nb::cast<uint64_t>(wants["kinds"])), least_(nb::cast<float>(wants["least"])), signs_(nb::cast<std::vector<std::string>>(wants["signs"])),
          written_(wants["written"]), finding_(made["type"]), fields_(made["fields"]), kinds_(made["kinds"]), sources_(made["sources"]) {
        for (nb::dict part : {wants, prose, told, made}) kept_.append(part);
        if (prose.size()) {
            lexicon_ = &nb::cast<const Lexicon&>(prose["lexicon"]);
            names_ = nb::cast<bool>(prose["names"]), addresses_ = nb::cast<bool>(prose["addresses"]);
            weights_ = nb::cast<std::vector<float>>(prose["weights"]), levels_ = nb::cast<std::vector<float>>(prose["levels"]);
        }
        if (told.size()) {
            terms_ = &nb::cast<const Terms&>(told["terms"]);
            words_ = vocabulary(told["vocabulary"]);
            values_ = told["values"];
            for (const auto& one : nb::cast<std::vector<std::tuple<double, double, double, double>>>(told["reasons"]))
                words_.reasons.push_back({std::get<0>(one), std::get<1>(one), std::get<2>(one), std::get<3>(one)});
            words_.bare = nb::cast<double>(told["bare"]);
        }
    }

    nb::list findings(nb::bytes text) const {
        const View v = view(text);
        const std::vector<Span> spans = find(text);
        nb::list found = nb::steal<nb::list>(PyList_New(static_cast<Py_ssize_t>(spans.size())));
        int64_t at = 0, count = 0;
        auto characters = [&](int64_t to) {
            for (; at < to; at++) count += !continues(v.s[at]);
            return count;
        };
        for (size_t i = 0; i < spans.size(); i++) {
            const Span& span = spans[i];
            const int64_t first = characters(span.start), last = characters(span.end);
            PyList_SET_ITEM(found.ptr(), static_cast<Py_ssize_t>(i), finding(span, first, last).release().ptr());
        }
        return found;
    }

    nb::tuple spans(nb::bytes text) const {
        std::vector<uint8_t> kind;
        std::vector<int64_t> start, end;
        std::vector<float> score;
        for (const Span& span : find(text))
            kind.push_back(static_cast<uint8_t>(span.kind)), start.push_back(span.start), end.push_back(span.end), score.push_back(span.score);
        return nb::make_tuple(array(std::move(kind)), array(std::move(start)), array(std::move(end)), array(std::move(score)));
    }

    nb::list many(nb::list texts) const {
        nb::list all;
        for (nb::handle text : texts) all.append(findings(nb::cast<nb::bytes>(text)));
        return all;
    }

  private:
    // What is found along the way.
    struct Reading {
        std::vector<Span> spans;
        Prose prose;
        std::vector<Stretch> names;  // that are likely ones
        Hits hits;
        std::vector<std::tuple<int64_t, int64_t>> ages;
        std::vector<std::tuple<int64_t, int64_t, int>> labels;
    };

    std::vector<Span> find(nb::bytes text) const {
        const View v = view(text);
        Reading read;
        {
            nb::gil_scoped_release released;
            for (const Finding& one : identifiers(tables_, v, sure)) read.spans.push_back({one.start, one.end, one.kind, 0, one.score});
        }
        if (stands(v)) add_written(text, read.spans);
        if (lexicon_) {
            {
                nb::gil_scoped_release released;
                prose(v, read);
            }
            std::vector<Value> values;
            if (!read.ages.empty() || !read.labels.empty()) {
                for (const auto& [start, end, kind, weight] : nb::cast<std::vector<std::tuple<int64_t, int64_t, int, float>>>(values_(text, read.ages, read.labels)))
                    values.push_back({start, end, static_cast<Kind>(kind), weight});
            }
            nb::gil_scoped_release released;
            tell(v, read, values);
        }
        auto silent = [&](const Span& span) { return span.score < least_ || !asked(span.kind); };
        read.spans.erase(std::remove_if(read.spans.begin(), read.spans.end(), silent), read.spans.end());
        return std::move(read.spans);
    }

    bool asked(Kind kind) const { return wanted_ >> static_cast<int>(kind) & 1; }

    // Whether there is a sign of what no run of letters and digits shows (written.py).
    bool stands(View v) const {
        const std::string_view text(reinterpret_cast<const char*>(v.s), static_cast<size_t>(v.n));
        return std::any_of(signs_.begin(), signs_.end(), [&](const std::string& sign) { return holds(text, sign); });
    }

    // What is written otherwise stays before the identifiers that it overlaps.
    void add_written(nb::bytes text, std::vector<Span>& spans) const {
        std::vector<Span> more;
        for (const auto& [start, end, kind, score] : nb::cast<std::vector<std::tuple<int64_t, int64_t, int, float>>>(written_(text)))
            more.push_back({start, end, static_cast<Kind>(kind), 0, score});
        auto next = more.begin();
        auto covered = [&](const Span& span) {
            while (next != more.end() && next->end <= span.start) next++;
            return next != more.end() && next->start < span.end;
        };
        spans.erase(std::remove_if(spans.begin(), spans.end(), covered), spans.end());
        spans.insert(spans.end(), more.begin(), more.end());
        in_order(spans);
    }

    static void in_order(std::vector<Span>& spans) {
        auto before = [](const Span& one, const Span& other) { return one.start < other.start; };
        if (!std::is_sorted(spans.begin(), spans.end(), before)) std::stable_sort(spans.begin(), spans.end(), before);
    }

    // Brings together two rows of spans, each in order; of those that begin at the same place, the first row comes first.
    static void merge(std::vector<Span>& spans, size_t middle) {
        auto before = [](const Span& one, const Span& other) { return one.start < other.start; };
        if (middle && middle < spans.size()) std::inplace_merge(spans.begin(), spans.begin() + static_cast<std::ptrdiff_t>(middle), spans.end(), before);
    }

    void prose(View v, Reading& read) const {
        const auto size = static_cast<size_t>(v.n);
        std::vector<Stretch> inside;
        for (const Span& span : read.spans)
            if (span.score >= sure) inside.push_back({span.start, span.end, 0});
        read.prose = read_prose(*lexicon_, v.s, size, inside, names_, addresses_);
        for (const Stretch& name : read.prose.names)
            if (weight(name) >= sure) read.names.push_back(name);
        if (!terms_) return;
        read.hits = terms_->find(v.s, size);
        for (const Terms::Hit& hit : read.hits) {
            const auto term = static_cast<size_t>(hit.term);
            if (words_.role[term] & Vocabulary::age) read.ages.push_back({hit.start, hit.end});
            if (words_.label[term] != Vocabulary::nothing && before_value(v, hit.end, words_.label[term])) read.labels.push_back({hit.start, hit.end, words_.label[term]});
        }
    }

    // Whether what leads to a value stands here, as in VALUE of categories/labels.py; to a name only before a capital.
    static bool before_value(View v, int64_t i, uint8_t kind) {
        auto quote = [&] { i += v[i] == '"' || v[i] == '\''; };
        auto blanks = [&] {
            while (v[i] == ' ' || v[i] == '\t') i++;
            while (shouxin::stands(v, i, "\u3000")) i += 3;
        };
        quote(), blanks();
        const int sign = v[i] == ':' || v[i] == '=' ? 1 : shouxin::stands(v, i, "：") ? 3 : 0;
        i += sign;
        blanks(), quote();
        return sign && (kind != static_cast<uint8_t>(Kind::person_name) || upper(v[i]));
    }

    float weight(const Stretch& name) const {
        const auto half = static_cast<int32_t>(weights_.size() / 2);
        return weights_[static_cast<size_t>(std::clamp(name.value + half, 0, 2 * half - 1))];
    }

    void tell(View v, Reading& read, const std::vector<Value>& values) const {
        const size_t identified = read.spans.size();
        if (asked(Kind::person_name))
            for (const Stretch& name : read.prose.names) read.spans.push_back({name.start, name.end, Kind::person_name, 1, weight(name)});
        merge(read.spans, identified);
        const size_t named = read.spans.size();
        if (asked(Kind::address))
            for (const Stretch& one : read.prose.addresses)
                read.spans.push_back({one.start, one.end, Kind::address, 1, levels_[static_cast<size_t>(one.value)]});
        merge(read.spans, named);
        const size_t addressed = read.spans.size();
        if (!read.hits.empty()) {
            std::vector<Span> told = statements(words_, v, read.hits, read.names, values);
            const std::vector<Span> more = organisations(words_, read.hits, read.names, read.prose.addresses);
            told.insert(told.end(), more.begin(), more.end());
            in_order(told);
            for (const Span& span : told)
                if (asked(span.kind)) read.spans.push_back(span);
        }
        merge(read.spans, addressed);
        auto unsure = [](const Span& span) { return span.score < sure; };
        read.spans.erase(std::remove_if(read.spans.begin(), read.spans.end(), unsure), read.spans.end());
        keep_apart(read.spans);
    }

    nb::object finding(const Span& span, int64_t first, int64_t last) const {
        const auto kind = static_cast<Py_ssize_t>(span.kind);
        nb::object parts[] = {nb::int_(first), nb::int_(last), nb::int_(span.start), nb::int_(span.end), nb::float_(std::nearbyint(static_cast<double>(span.score) * 1e4) / 1e4)};
        PyObject* values[] = {PyTuple_GET_ITEM(kinds_.ptr(), kind), parts[0].ptr(), parts[1].ptr(), parts[2].ptr(), parts[3].ptr(), parts[4].ptr(), PyTuple_GET_ITEM(sources_.ptr(), kind)};
        PyObject* made = PyObject_Vectorcall(finding_.ptr(), values, 0, fields_.ptr());
        if (!made) nb::raise_python_error();
        return nb::steal(made);
    }

    const Tables& tables_;
    const Lexicon* lexicon_ = nullptr;  // these two only where they are needed
    const Terms* terms_ = nullptr;
    nb::list kept_;                        // that the tables may stay
    uint64_t wanted_;                      // bits of kinds
    float least_;
    bool names_ = false, addresses_ = false;
    std::vector<float> weights_, levels_;  // scores of names by their weight, of addresses by their level
    std::vector<std::string> signs_;
    Vocabulary words_;
    nb::object written_, values_;  // what is read in Python
    nb::object finding_;
    nb::tuple fields_, kinds_, sources_;
};

void bind_detector(nb::module_& module) {
    nb::class_<Detector>(module, "Detector")
        .def(nb::init<const Tables&, nb::dict, nb::dict, nb::dict, nb::dict>(), nb::keep_alive<1, 2>(), nb::arg("tables"), nb::arg("asked"), nb::arg("prose"), nb::arg("told"), nb::arg("made"))
        .def("findings", &Detector::findings, nb::arg("text"))
        .def("many", &Detector::many, nb::arg("texts"))
        .def("spans", &Detector::spans, nb::arg("text"));
}

}  // namespace shouxin
