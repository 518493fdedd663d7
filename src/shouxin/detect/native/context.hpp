// Words around a candidate: only what survived its format and checksum is looked at.
#pragma once
#include "tables.hpp"
#include "view.hpp"

namespace shouxin {

// The words within 16 characters of a candidate, the nearest first, looked up only as far as they are asked for.
class Around {
  public:
    void forget() { start_ = -1; }
    // What the nearest word says about a candidate of this kind, or a unit right behind it; other words behind it
    // count where `behind` says so.
    Evidence says(const Tables& tables, View v, int64_t start, int64_t end, Kind kind, bool behind);

  private:
    const Word* before(const Tables& tables, View v, int number);  // the word of this number, null where there are fewer
    const Word* next_before(const Tables& tables, View v);
    void look_behind(const Tables& tables, View v);

    static constexpr int most = 8;  // words on each side
    int64_t start_ = -1, end_ = -1, at_ = 0;
    int steps_ = 0;                 // how many characters are still to be looked at before the candidate
    int before_ = 0, after_ = -1;   // up to where in `words_`; -1: not looked behind the candidate
    const Word* words_[2 * most];
    int64_t begins_[most];  // of the words before
};

// The label whose value begins at `start`, as in `密码：x`, `QQ12345`, `"token": "x"`.
struct Label {
    const Word* word;  // null where there is none
    int64_t begin;     // where the label begins
    bool marked;       // whether a colon, an equals sign, 是 or 为 stands between
};
Label label_before(const Tables& tables, View v, int64_t start);

// The lengths of what may stand for a parenthesis or a plus sign at i, or before i; 0 where none does.
int opening_before(View v, int64_t i);
int closing_at(View v, int64_t i);
int plus_before(View v, int64_t i);

}  // namespace shouxin
