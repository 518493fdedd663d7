// Each line is read once, and again where a name that is certain elsewhere was missed.
#include "prose.hpp"

#include <algorithm>
#include <cstring>

namespace shouxin {

namespace {

struct Line {
    size_t from, first, last;  // in the text, and among the names found
};

class Whole {
  public:
    Whole(const Lexicon& lexicon, const uint8_t* s, size_t n) : lex_(lexicon), s_(s), n_(n), units_(n), reader_(lexicon), known_(lexicon) {}

    Prose read(const std::vector<Stretch>& identifiers, bool with_names, bool with_addresses) {
        AddressReader places(lex_);
        auto next = identifiers.begin();
        for (size_t from = 0; (from = skip(from)) < n_;) {
            size_t end = units_.read_line(s_, n_, from), first = names_.size();
            bool could_begin = with_addresses && units_.wide() && places.could_begin(units_.text());
            if (units_.wide() && (with_names || could_begin)) {
                reader_.read(units_.text(), nullptr, names_);
                if (could_begin) {
                    while (next != identifiers.end() && next->end <= static_cast<int64_t>(from)) next++;
                    addresses(places, identifiers, next);
                }
                for (size_t i = first; with_names && i < names_.size(); i++)
                    if (names_[i].weight >= lex_.certain) known_.add(part(names_[i]));
                if (with_names) lines_.push_back({from, first, names_.size()});
            }
            if (!with_names) names_.clear();
            from = end;
        }
        for (const Line& line : lines_) again(line);
        return std::move(made_);
    }

  private:
    // Passes over lines without a byte that begins a Han character.
    size_t skip(size_t from) const {
        while (from < n_) {
            const void* feed = std::memchr(s_ + from, '\n', n_ - from);
            size_t end = feed ? static_cast<size_t>(static_cast<const uint8_t*>(feed) - s_) + 1 : n_;
            uint8_t highest = 0;
            for (size_t i = from; i < end; i++) highest = std::max(highest, s_[i]);
            if (highest >= 0xe3) return from;
            from = end;
        }
        return n_;
    }

    Text part(const Name& name) const { return units_.text().substr(name.start, name.end - name.start); }

    void addresses(AddressReader& places, const std::vector<Stretch>& identifiers, std::vector<Stretch>::const_iterator next) {
        barriers_.clear(), addresses_.clear();
        int64_t end = units_.byte(units_.text().size());
        for (; next != identifiers.end() && next->start < end; next++) barriers_.push_back({place(next->start), place(next->end)});
        places.read(units_.text(), reader_, barriers_, addresses_);
        for (const Address& one : addresses_)
            made_.addresses.push_back({units_.byte(one.start), units_.byte(one.end), static_cast<int32_t>(one.level)});
    }

    // The character of the line at a byte, within the line.
    uint32_t place(int64_t byte) const {
        size_t low = 0, high = units_.text().size();
        while (low < high) {
            size_t middle = (low + high) / 2;
            units_.byte(middle) < byte ? low = middle + 1 : high = middle;
        }
        return static_cast<uint32_t>(low);
    }

    void again(const Line& line) {
        const Name *first = names_.data() + line.first, *last = names_.data() + line.last;
        if (first == last && known_.empty()) return;
        units_.read_line(s_, n_, line.from);
        twice_.clear();
        if (!known_.empty() && known_.missed(units_.text(), first, last))
            reader_.read(units_.text(), &known_, twice_);
        else
            twice_.assign(first, last);
        for (const Name& name : twice_) made_.names.push_back({units_.byte(name.start), units_.byte(name.end), name.weight});
    }

    const Lexicon& lex_;
    const uint8_t* s_;
    size_t n_;
    Units units_;
    Reader reader_;
    Known known_;
    std::vector<Name> names_, twice_;
    std::vector<Line> lines_;
    std::vector<Barrier> barriers_;
    std::vector<Address> addresses_;
    Prose made_;
};

}  // namespace

Prose read_prose(const Lexicon& lexicon, const uint8_t* s, size_t n, const std::vector<Stretch>& identifiers, bool with_names,
                 bool with_addresses) {
    return Whole(lexicon, s, n).read(identifiers, with_names, with_addresses);
}

}  // namespace shouxin
