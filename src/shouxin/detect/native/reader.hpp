// The reading of a line: words, names and single characters; the same as detect/names/lattice.py.
#pragma once
#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <vector>

#include "lexicon.hpp"

namespace shouxin {

// A name in a line, by its characters.
struct Name {
    uint32_t start, end;
    int weight;
};

// Names that are certain somewhere in the text.
class Known {
  public:
    explicit Known(const Lexicon& lexicon) : lex_(lexicon), lengths_(lexicon.letters.size()) {}
    void add(Text name);
    bool empty() const { return names_.empty(); }
    bool has(Text text) const;
    // Whether one stands in a line where it was not read as a name.
    bool missed(Text line, const Name* first, const Name* last) const;

  private:
    const Lexicon& lex_;
    static uint16_t pair(char16_t one, char16_t two) { return static_cast<uint16_t>((one * 181u ^ two) * 0x9E3Bu); }
    bool may_begin(char16_t one, char16_t two) const { return pairs_[pair(one, two) >> 6] >> (pair(one, two) & 63) & 1; }
    std::vector<uint32_t> lengths_;  // by the code of the first character: a bit for each length
    std::vector<uint64_t> pairs_ = std::vector<uint64_t>(1 << 10);  // of which first two characters a name may have
    std::unordered_set<std::u16string> names_;
};

class Reader {
  public:
    explicit Reader(const Lexicon& lexicon);

    // Looks up every entry of a line; then `read` can be called.
    void look(Text line);
    // Finds the best reading of the line; the names of it are added to `names`.
    void read(const Known* known, std::vector<Name>& names);
    // Whether a piece of the reading begins at a place, or the line ends there.
    bool begins(size_t at) const { return pieces_[at]; }
    // Whether a stretch lies in a name of the reading that begins with it.
    bool named(size_t at, size_t end) const { return pieces_[at] & 1 && pieces_[at] >> 1 >= end; }
    // The flags of all entries that begin at a place.
    uint8_t met(size_t at) const { return places_[at].met; }
    // Where the names of places begin that may stand in addresses.
    const std::vector<uint32_t>& divisions() const { return divisions_; }
    Trie::Code code(size_t at) const { return codes_[at]; }
    bool is(size_t at, uint32_t flag) const { return letter(at).is(flag); }
    const Letter& letter(size_t at) const { return line_[at]; }

  private:
    // What the best reading up to a place is worth and, below that, of what its last piece is: 1 bit for a name, 15 for
    // its size, 16 for its weight. The better of two is chosen without a branch; of two that are worth the same, the first.
    using Step = int64_t;
    static Step step(int total, size_t size, bool name, int weight) {
        return static_cast<int64_t>(total) * (int64_t{1} << 32) + (static_cast<int64_t>(name) << 31 | static_cast<int64_t>(size) << 16 | static_cast<uint16_t>(weight));
    }
    static int total(Step step) { return static_cast<int>(step >> 32); }
    static size_t size(Step step) { return step >> 16 & 0x7fff; }
    static bool is_name(Step step) { return step >> 31 & 1; }
    static int weight(Step step) { return static_cast<int16_t>(step); }
    static void better(Step& held, Step other) { held = other > (held | 0xffffffff) ? other : held; }
    struct Place {
        uint32_t words;  // a bit for the length of each word that begins here
        int8_t before, after, label;  // what it says of a name behind it, and of one before
        uint8_t met;
    };
    static constexpr size_t beyond = 16;  // characters behind the line that are none

    bool dots() const { return flags_ & Letter::dot; }  // names of several parts stand only where there are any
    void look_up(size_t at, uint32_t node);
    void settle();
    size_t beginnings();
    bool is_word(size_t start, size_t end) const;
    void meet(size_t at, size_t size, uint32_t node);
    void mark(size_t end);
    bool in_list(size_t at) const;
    void name(size_t start, size_t end, int weight);
    void weigh(size_t start, size_t end, int weight);
    void candidates(size_t at, const Letter& head);
    void chinese(size_t at, size_t begin, int base, int two);
    void polite(size_t at, size_t begin, int base);
    void nickname(size_t at);
    void foreign(size_t at, const Letter& head);
    void spelled(size_t at, bool begins);
    void listed(size_t at);
    void known(size_t at, size_t end);
    void before_listed(size_t at);
    size_t dot_behind(size_t end) const;
    void japanese(size_t at, size_t end);
    bool initial(size_t at) const;
    void dotted(size_t at, size_t end);
    void trace(std::vector<Name>& names);

    const Lexicon& lex_;
    const Known* known_ = nullptr;
    int left_ = 0;   // what speaks for a name that begins here, but for what is in `inside_`
    int inside_ = 0; // what a title and a list say of it
    Text text_;
    size_t n_ = 0;
    uint32_t flags_ = 0;  // of all letters
    Step worth_[Trie::longest + 1];  // of words by their length
    Step pair_[2];                   // of no word of two characters and of one
    std::vector<Trie::Code> codes_;
    std::vector<Letter> line_;
    std::vector<uint32_t> begins_;  // where entries may begin, then names
    std::vector<uint32_t> divisions_;
    std::vector<Place> places_;
    std::vector<Step> best_;
    std::vector<uint32_t> pieces_;  // where the piece of the reading that begins here ends, doubled, and 1 for a name
};

}  // namespace shouxin
