// Reads the facts of an act from a dictionary into their places, in one pass; the same in Python: layout.py.
//
// Whatever is not plainly right gives None and is left to the careful reader, which knows what to say about it.
// No Python runs while the dictionary is walked, so it cannot change under the walk.
#include <nanobind/stl/pair.h>

#include <cstring>

#include "rules.hpp"

namespace shouxin {

// What another fact, by its number or place, is where a fact is true.
using Led = std::pair<uint32_t, bool>;
using Leads = std::pair<uint32_t, std::vector<Led>>;

// Places of facts computed from each other: those that set it off, all of them; what was worked out, and how it is.
using Family = std::tuple<std::vector<uint32_t>, std::vector<uint32_t>, nb::dict, nb::callable>;

// A fact that is no boolean, and what is plainly right for it: `int`, or a set of words.
using Other = std::tuple<uint32_t, nb::object, nb::object>;

enum class Kind : uint8_t { boolean, leading, other, trigger, act };

PyObject* boolean(bool worth) { return worth ? Py_True : Py_False; }

// The facts that there are, by number. A name is found by its hash, which a key of a dictionary knows; all that
// is looked at on the way lies close together.
class Vocabulary {
  public:
    // `names` are the act and all facts. `typed(fact, worth)` is asked about each of `others`, which are no booleans
    // or set computation off, as `triggers` do, but for plain integers where `int` stands, and words of a set there.
    Vocabulary(nb::tuple names, const std::vector<Other>& others,
               const std::vector<uint32_t>& triggers, const std::vector<Leads>& leads, nb::callable typed)
        : kinds(names.size(), Kind::boolean), leads(names.size()), names_(std::move(names)), facts_(kinds.size()),
          typed_(std::move(typed)) {
        kinds.at(0) = Kind::act;
        for (const auto& [number, several] : leads) {
            kinds.at(number) = Kind::leading;
            this->leads[number] = several;
        }
        for (const auto& [number, fact, plain] : others) {
            kinds.at(number) = Kind::other;
            facts_[number] = {fact, plain};
        }
        for (uint32_t number : triggers) kinds.at(number) = Kind::trigger;
        if (kinds.size() > UINT16_MAX - 1) throw nb::value_error("more facts than can be numbered");
        size_t size = 8;
        while (size < 3 * kinds.size()) size *= 2;
        slots_.resize(size);
        for (uint32_t number = 0; number < kinds.size(); number++) {
            if (!PyUnicode_IS_COMPACT_ASCII(name(number))) throw nb::value_error("a name that is not ASCII");
            starts_.push_back(static_cast<uint32_t>(text_.size()));
            text_.append(static_cast<const char*>(PyUnicode_DATA(name(number))), PyUnicode_GET_LENGTH(name(number)));
            auto hash = static_cast<uint64_t>(PyObject_Hash(name(number)));
            size_t at = hash & (size - 1);
            while (slots_[at].next) at = (at + 1) & (size - 1);
            slots_[at] = {static_cast<uint16_t>(hash >> 48), static_cast<uint16_t>(number + 1)};
        }
        starts_.push_back(static_cast<uint32_t>(text_.size()));
    }

    PyObject* name(uint32_t number) const { return PyTuple_GET_ITEM(names_.ptr(), number); }

    // The number of a key of a dictionary, which therefore knows its hash, or -1.
    int64_t at(PyObject* key) const {
        if (!PyUnicode_CheckExact(key) || !PyUnicode_IS_COMPACT_ASCII(key)) return -1;
        auto hash = static_cast<uint64_t>(reinterpret_cast<PyASCIIObject*>(key)->hash);
        for (size_t at = hash;; at++) {
            const Slot& slot = slots_[at & (slots_.size() - 1)];
            if (!slot.next) return -1;
            if (slot.hash == hash >> 48 && is(slot.next - 1, key)) return slot.next - 1;
        }
    }

    // What is given for a fact that is no boolean, in the type of the fact, or None.
    nb::object typed(uint32_t number, const nb::object& worth) const {
        const auto& [fact, plain] = facts_[number];
        bool is_plain = plain.ptr() == reinterpret_cast<PyObject*>(&PyLong_Type)
                            ? PyLong_CheckExact(worth.ptr())
                            : PyUnicode_CheckExact(worth.ptr()) && PySet_Contains(plain.ptr(), worth.ptr()) == 1;
        return is_plain ? worth : typed_(fact, worth);
    }

    std::vector<Kind> kinds;
    std::vector<std::vector<Led>> leads;

  private:
    struct Slot {
        uint16_t hash = 0;
        uint16_t next = 0;  // the number after that of the name; 0 where the slot is empty
    };

    // Whether the name of this number is an ASCII string.
    bool is(uint32_t number, PyObject* text) const {
        size_t start = starts_[number], length = starts_[number + 1] - start;
        return static_cast<size_t>(PyUnicode_GET_LENGTH(text)) == length &&
               !std::memcmp(PyUnicode_DATA(text), text_.data() + start, length);
    }

    nb::tuple names_;
    std::string text_;  // all names, one after the other
    std::vector<uint32_t> starts_;
    std::vector<std::pair<nb::object, nb::object>> facts_;
    nb::callable typed_;
    std::vector<Slot> slots_;
};

// What is known of each place while an act is read, all borrowed: `held` keeps alive what needs it. Behind the last
// place is one for the facts that have none.
struct Values {
    explicit Values(size_t size) : known(size + 1, Py_None) { held.reserve(8); }

    void put(uint32_t place, nb::object worth) {
        known[place] = worth.ptr();
        held.push_back(std::move(worth));
    }

    std::vector<PyObject*> known;
    std::vector<nb::object> held;
};

// The places of the facts that matter to one act; the others stand aside.
class Places {
  public:
    Places(nb::handle vocabulary, nb::tuple names, std::vector<Family> families)
        : vocabulary_(nb::borrow(vocabulary)), words_(nb::cast<const Vocabulary&>(vocabulary)),
          size_(static_cast<uint32_t>(names.size())), families_(std::move(families)) {
        for (Kind kind : words_.kinds) facts_.push_back({size_, kind});
        for (uint32_t place = 0; place < size_; place++) {
            int64_t number = words_.at(PyTuple_GET_ITEM(names.ptr(), place));
            if (number < 0) throw nb::key_error("a place for what is no fact");
            facts_[number].place = place;
        }
        for (uint32_t number = 0; number < facts_.size(); number++) {
            if (facts_[number].place == size_ || words_.leads[number].empty()) continue;
            Leads& own = leads_.emplace_back(facts_[number].place, words_.leads[number]);
            for (Led& led : own.second) led.first = facts_[led.first].place;
        }
    }

    // What rules say of the facts of an act and of what follows from them; None asks for more care.
    nb::object run(const Rules& rules, nb::handle facts, nb::handle as_of) const {
        if (!PyDict_CheckExact(facts.ptr())) return nb::none();
        Values values(size_);
        if (!read(facts.ptr(), values)) return nb::none();
        for (const Family& family : families_)
            if (!compute(family, values, as_of)) return nb::none();
        if (!imply(values.known)) return nb::none();
        return rules.of_values(values.known.data(), size_);
    }

  private:
    struct Fact {
        uint32_t place;
        Kind kind;
    };

    bool read(PyObject* facts, Values& values) const {
        std::vector<std::pair<uint32_t, nb::object>> others;
        std::vector<uint32_t> leading;
        others.reserve(8);
        PyObject *name, *worth;
        size_t turn = 0;
        for (Py_ssize_t next = 0; PyDict_Next(facts, &next, &name, &worth); turn++) {
            int64_t number = number_of(name, turn);
            if (number < 0) return false;
            auto [place, kind] = facts_[number];
            if (kind == Kind::boolean || kind == Kind::leading) {
                if (!((worth == Py_True) | (worth == Py_False) | (worth == Py_None))) return false;
                values.known[place] = worth;
                if (kind == Kind::leading && place == size_ && worth == Py_True)
                    leading.push_back(static_cast<uint32_t>(number));
            } else if (kind == Kind::trigger && place == size_) {
                return false;
            } else if (kind != Kind::act && worth != Py_None) {
                others.emplace_back(static_cast<uint32_t>(number), nb::borrow(worth));
            }
        }
        if (!stand_aside(facts, leading)) return false;
        for (const auto& [number, given] : others) {
            nb::object found = words_.typed(number, given);
            if (found.is_none()) return false;
            values.put(facts_[number].place, std::move(found));
        }
        return true;
    }

    // The number of the key whose turn it is, or -1. A program gives the same words in the same order again and again,
    // so each is first looked for where it stood last; words that nothing else holds will not come again.
    int64_t number_of(PyObject* key, size_t turn) const {
        if (turn < last_.size() && last_[turn].first.ptr() == key) return last_[turn].second;
        int64_t number = words_.at(key);
        if (number >= 0 && Py_REFCNT(key) > 1 && turn <= last_.size()) {
            if (turn == last_.size()) last_.emplace_back();
            last_[turn] = {nb::borrow(key), number};
        }
        return number;
    }

    // Whether what facts without a place lead to has no place either, and contradicts nothing.
    bool stand_aside(PyObject* facts, const std::vector<uint32_t>& leading) const {
        std::vector<Led> all;
        for (uint32_t number : leading)
            for (const Led& led : words_.leads[number]) {
                PyObject* given = PyDict_GetItemWithError(facts, words_.name(led.first));
                if (given && given != Py_None && given != boolean(led.second)) return false;
                if (facts_[led.first].place < size_) return false;
                for (const Led& other : all)
                    if (other.first == led.first && other.second != led.second) return false;
                all.push_back(led);
            }
        return true;
    }

    // Puts what is computed from the members of a family into its places; whether it fits.
    static bool compute(const Family& family, Values& values, nb::handle as_of) {
        const auto& [triggers, places, kept, work_out] = family;
        bool known = false;
        for (uint32_t place : triggers) known |= values.known[place] != Py_None;
        if (!known) return true;
        nb::object members = nb::steal(PyTuple_New(static_cast<Py_ssize_t>(places.size())));
        if (!members.is_valid()) nb::raise_python_error();
        for (size_t at = 0; at < places.size(); at++)
            PyTuple_SET_ITEM(members.ptr(), static_cast<Py_ssize_t>(at), Py_NewRef(values.known[places[at]]));
        nb::object key = nb::make_tuple(as_of, members);
        nb::object found = nb::borrow(PyDict_GetItemWithError(kept.ptr(), key.ptr()));
        if (!found.is_valid()) {
            if (PyErr_Occurred()) nb::raise_python_error();
            found = work_out(members, as_of);
        }
        if (found.is_none()) return false;
        for (nb::handle pair : found) values.put(nb::cast<uint32_t>(pair[0]), nb::object(pair[1]));
        return true;
    }

    // Puts what true facts imply into its places; whether it fits.
    bool imply(std::vector<PyObject*>& known) const {
        std::vector<const Leads*> held;
        for (const Leads& leads : leads_)
            if (known[leads.first] == Py_True) held.push_back(&leads);
        for (const Leads* leads : held)
            for (const auto& [place, worth] : leads->second) {
                if (known[place] == Py_None) known[place] = boolean(worth);
                else if (known[place] != boolean(worth)) return false;
            }
        return true;
    }

    nb::object vocabulary_;
    const Vocabulary& words_;
    uint32_t size_;
    std::vector<Fact> facts_;
    mutable std::vector<std::pair<nb::object, int64_t>> last_;  // keys and their numbers
    std::vector<Leads> leads_;
    std::vector<Family> families_;
};

}  // namespace shouxin

NB_MODULE(_native, module) {
    using namespace shouxin;
    nb::set_leak_warnings(false);  // what is kept for the life of the process is no leak
    nb::class_<Vocabulary>(module, "Vocabulary")
        .def(nb::init<nb::tuple, const std::vector<Other>&, const std::vector<uint32_t>&, const std::vector<Leads>&,
                      nb::callable>());
    nb::class_<Places>(module, "Places")
        .def(nb::init<nb::handle, nb::tuple, std::vector<Family>>())
        .def("run", &Places::run, nb::arg("rules"), nb::arg("facts"), nb::arg("as_of").none());
    nb::class_<Rules>(module, "Rules")
        .def(nb::init<std::vector<uint32_t>, const std::vector<Rules::Comparison>&, const std::vector<Rules::Condition>&,
                      std::vector<Rules::Rule>>())
        .def("__call__", [](const Rules& rules, const nb::args& values) {
            return rules.of_values(&PyTuple_GET_ITEM(values.ptr(), 0), values.size());
        })
        .def("of_words", &Rules::of_words);
}
