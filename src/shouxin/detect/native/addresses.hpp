// Postal addresses on the reading of a line; the same as detect/addresses/grammar.py.
#pragma once
#include <cstdint>
#include <vector>

#include "reader.hpp"

namespace shouxin {

// How far down an address goes, in the order of SCORES in detect/addresses/grammar.py.
enum class Level : uint8_t { organisation, division, divisions, street, door, none };

// An address in a line, by its characters.
struct Address {
    uint32_t start, end;
    Level level;
};

// A stretch of a line that belongs to an identifier.
struct Barrier {
    uint32_t start, end;
};

class AddressReader {
  public:
    explicit AddressReader(const Lexicon& lexicon) : lex_(lexicon) {}
    // Looks for where an address may begin in a line in which the reader has looked up all entries; says whether
    // there is such a place. Where there is none, the line need not be read for addresses.
    bool look(Text line, Reader& reader);
    // Adds the addresses of the line; the reader reads what was not read yet.
    void read(const std::vector<Barrier>& barriers, std::vector<Address>& found);

  private:
    enum class Part : uint8_t { none, place, road, area, point, door };
    struct Piece {
        Part kind = Part::none;
        size_t end = 0;
    };

    bool stands(const Endings::One& ending, size_t at) const;
    bool before_door(size_t at) const;
    Address judge(size_t start) const;
    bool in_organisation(size_t end) const;
    Piece piece(size_t at, Part previous) const;
    size_t place(size_t at) const;
    size_t named(size_t at, const Endings& endings, size_t longest, size_t& name) const;
    size_t ending(size_t at, const Endings& endings) const;
    bool fits(size_t at, size_t name, size_t end, Part previous) const;
    size_t separated(size_t at) const;
    size_t door(size_t at, bool spaced) const;
    size_t door_number(size_t at, bool spaced) const;
    size_t door_end(size_t at, bool spaced) const;
    size_t lettered_door(size_t at) const;
    size_t bare(size_t at) const;
    size_t estate(size_t at) const;
    bool housing(size_t at) const;
    char16_t at(size_t i) const { return i < n_ ? text_[i] : u'\0'; }

    const Lexicon& lex_;
    Reader* reader_ = nullptr;
    Text text_;
    size_t n_ = 0;
    std::vector<uint8_t> may_begin_;
    std::vector<uint32_t> endings_;  // where the ending of a road or village may begin
};

}  // namespace shouxin
