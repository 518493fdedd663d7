// The reading of a line: words, names and single characters; the same as detect/names/lattice.py.
#pragma once
#include <algorithm>
#include <cstdint>
#include <string>
#include <unordered_set>
#include <utility>
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
    bool has(Text text) const;  // of two characters or more
    bool may_begin(char16_t one, char16_t two) const { return pairs_[pair(one, two) >> 6] >> (pair(one, two) & 63) & 1; }
    // From a place of a line on, where one first stands that is none of these names; else the end of the line.
    size_t next(Text line, size_t from, const Name* first = nullptr, const Name* last = nullptr) const;

  private:
    const Lexicon& lex_;
    static uint16_t pair(char16_t one, char16_t two) { return static_cast<uint16_t>((one * 181u ^ two) * 0x9E3Bu); }
    std::vector<uint32_t> lengths_;  // by the code of the first character: a bit for each length
    std::vector<uint64_t> pairs_ = std::vector<uint64_t>(1 << 10);  // of which first two characters a name may have
    std::unordered_set<std::u16string> names_;
};

class Reader {
  public:
    explicit Reader(const Lexicon& lexicon);

    // Looks up every entry of a line; then it can be read.
    void look(Text line);
    // Finds the best reading of the line wherever a name may begin; its names are added to `names`.
    void read(std::vector<Name>& names);
    // The same for one clause up to `end` of a line that is looked up from this clause on, where these names are known;
    // `title` says whether it begins within 《》.
    void read_again(const Known& known, size_t end, bool title, std::vector<Name>& names);
    // Whether a piece of the reading begins at a place, or the line ends there.
    bool begins(size_t at) { return at == n_ || piece(at); }
    // Whether a stretch lies in a name of the reading that begins with it.
    bool named(size_t at, size_t end) { return piece(at) & 1 && piece(at) >> 1 >= end; }
    // The flags of all entries that begin at a place.
    uint8_t met(size_t at) const { return met_[at]; }
    const uint8_t* met() const { return met_.data(); }
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
    // An entry that may go on from a node to the next, and one that tells something of its surroundings.
    struct Walk {
        uint32_t at, from, to;
    };
    struct Told {
        uint32_t at, node, size;
    };
    static constexpr size_t beyond = 16;  // characters behind the line that are none
    static constexpr size_t unread = ~size_t{0};

    bool may_be_known(size_t at) const { return known_ && at + 1 < n_ && known_->may_begin(text_[at], text_[at + 1]); }
    bool dots() const { return flags_ & Letter::dot; }  // names of several parts stand only where there are any
    void make_room();
    Told* make_told(size_t size) {
        if (told_.size() < size + 1) told_.resize(size + 1);
        return told_.data();
    }
    void look_up(const uint32_t* begins, const uint32_t* end);
    bool inside_letters(size_t at) const;
    void single(size_t signs);
    size_t beginnings();
    void begin();
    uint32_t piece(size_t at);
    void read_clauses(size_t first, size_t last, const uint32_t* begins, std::vector<Name>& names);
    void read(size_t from, size_t to, bool title, const uint32_t* begins, std::vector<Name>& names);
    void pass(size_t at, size_t end);
    int before(size_t at) const { return says_[2 * at]; }  // what speaks for a name that begins here, or ends here
    int after(size_t at) const { return says_[2 * at + 1]; }
    bool goes_on_in_title(size_t at, bool title) const { return line_[at].is(Letter::title) || (title && text_[at] != u'》'); }
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
    void trace(size_t from, size_t to, std::vector<Name>& names);

    const Lexicon& lex_;
    const Known* known_ = nullptr;
    bool known_here_ = false;  // whether one of the known names may begin here
    int left_ = 0;   // what speaks for a name that begins here, but for what is in `inside_`
    int inside_ = 0; // what a title and a list say of it
    Text text_;
    size_t n_ = 0;
    uint32_t flags_ = 0;  // of all letters
    Step worth_[Trie::longest + 1];  // of words by their length
    Step pair_[2];                   // of no word of two characters and of one
    std::vector<Trie::Code> codes_;
    std::vector<Letter> line_;
    std::vector<uint32_t> begins_;  // where entries may begin, then names; behind them where the line ends
    size_t begun_ = unread;         // how many names
    struct Clause {
        uint32_t begin;
        bool title, done;  // whether it begins within 《》, and whether it was read
    };
    std::vector<Clause> clauses_;  // and one that begins where the line ends
    std::vector<Name> unasked_;
    // By place: a bit for the length of each word that begins there, the flags of all entries that do, what a label before
    // it says, and, side by side, what is said of a name behind it and of one before.
    std::vector<uint32_t> words_;
    std::vector<uint8_t> met_;
    std::vector<int8_t> label_, says_;
    bool labels_ = false;  // whether there are any
    std::vector<uint32_t> signs_;  // where the signs are that part clauses
    size_t parted_ = 0;            // how many
    std::vector<Walk> walks_;
    std::vector<Told> told_;
    std::vector<Step> best_;
    std::vector<uint32_t> pieces_;  // where the piece of the reading that begins here ends, doubled, and 1 for a name
};

}  // namespace shouxin
