// Each line is read once, and again where a name that is certain elsewhere was missed.
#include "prose.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace shouxin {

namespace {

struct Line {
    size_t from, first, last, text;  // in the bytes, among the names found, and in the text kept
};

class Whole {
  public:
    Whole(const Lexicon& lexicon, const uint8_t* s, size_t n) : lex_(lexicon), s_(s), n_(n), units_(n), reader_(lexicon), known_(lexicon) {}

    Prose read(const std::vector<Stretch>& identifiers, bool with_names, bool with_addresses) {
        AddressReader places(lex_);
        auto next = identifiers.begin();
        for (size_t from = 0; (from = skip(from)) < n_;) {
            size_t end = units_.read_line(s_, n_, from), first = names_.size();
            if (units_.wide()) {
                reader_.look(units_.text());
                bool has_places = with_addresses && places.look(units_.text(), reader_);
                if (with_names || has_places) reader_.read(nullptr, names_);
                if (has_places) {
                    while (next != identifiers.end() && next->end <= static_cast<int64_t>(from)) next++;
                    addresses(places, identifiers, next);
                }
                if (with_names) keep(from, first);
            }
            if (!with_names) names_.clear();
            from = end;
        }
        if (known_.empty())
            made_.names = std::move(read_);
        else
            for (size_t line = 0; line < lines_.size(); line++) again(line);
        return std::move(made_);
    }

  private:
    // Passes over lines without a byte that begins a Han character. No byte is searched twice, however long a line is.
    size_t skip(size_t from) {
        if (from >= searched_) {
            size_t at = next_wide(from);
            if ((searched_ = at + 1) > n_) return n_;
            size_t feed = std::string_view(reinterpret_cast<const char*>(s_) + from, at - from).rfind('\n');
            line_ = feed == std::string_view::npos ? from : from + feed + 1;
        }
        return std::max(from, line_);
    }

    size_t next_wide(size_t from) const {
        constexpr size_t step = 64;
        for (; from < n_; from += step) {
            const uint8_t *first = s_ + from, *last = s_ + std::min(n_, from + step);
            uint8_t highest = 0;
            for (const uint8_t* at = first; at != last; at++) highest = std::max(highest, *at);
            if (highest >= 0xe3) return static_cast<size_t>(std::find_if(first, last, [](uint8_t byte) { return byte >= 0xe3; }) - s_);
        }
        return n_;
    }

    // Keeps the names of the line just read, by bytes, and its text: the second reading needs both.
    void keep(size_t from, size_t first) {
        for (size_t i = first; i < names_.size(); i++) {
            const Name& name = names_[i];
            read_.push_back(stretch(name));
            if (name.weight >= lex_.certain) known_.add(units_.text().substr(name.start, name.end - name.start));
        }
        lines_.push_back({from, first, names_.size(), text_.size()});
        text_ += units_.text();
    }

    Stretch stretch(const Name& name) const { return {units_.byte(name.start), units_.byte(name.end), name.weight}; }

    void addresses(AddressReader& places, const std::vector<Stretch>& identifiers, std::vector<Stretch>::const_iterator next) {
        barriers_.clear(), addresses_.clear();
        int64_t end = units_.byte(units_.text().size());
        for (; next != identifiers.end() && next->start < end; next++) barriers_.push_back({place(next->start), place(next->end)});
        places.read(barriers_, addresses_);
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

    void again(size_t number) {
        const Line& line = lines_[number];
        const size_t end = number + 1 < lines_.size() ? lines_[number + 1].text : text_.size();
        const Name *first = names_.data() + line.first, *last = names_.data() + line.last;
        if (known_.missed(Text(text_).substr(line.text, end - line.text), first, last)) {
            units_.read_line(s_, n_, line.from);
            reader_.look(units_.text());
            twice_.clear();
            reader_.read(&known_, twice_);
            for (const Name& name : twice_) made_.names.push_back(stretch(name));
        } else {
            made_.names.insert(made_.names.end(), read_.begin() + static_cast<std::ptrdiff_t>(line.first), read_.begin() + static_cast<std::ptrdiff_t>(line.last));
        }
    }

    const Lexicon& lex_;
    const uint8_t* s_;
    size_t n_;
    Units units_;
    Reader reader_;
    Known known_;
    size_t searched_ = 0, line_ = 0;  // how far wide bytes were looked for; where the line of the last one begins
    std::vector<Name> names_, twice_;
    std::vector<Stretch> read_;  // the same names as in `names_`
    std::vector<Line> lines_;
    std::u16string text_;
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
