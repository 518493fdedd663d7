// Finding the runs of ASCII letters and digits, 64 bytes at a time.
#pragma once
#include <cstdint>

#include "view.hpp"

namespace shouxin {

// The runs of a text; many are found at once, so that what is done with one delays no search for the next.
class Runs {
  public:
    // `readable` bytes may be read from v.s, though only v.n are text.
    Runs(View v, int64_t readable) : v_(v), readable_(readable) {}

    template <class Each>
    void each(Each&& each) {
        while (at_ < v_.n) {
            find();
            for (int i = 0; i < ended_; i++) each(Run{begins_[i].at, ends_[i].at, ends_[i].digits - begins_[i].digits});
        }
    }

  private:
    static constexpr int at_once = 1024;  // bytes
    template <class Unit>
    friend void find_runs(Runs& runs);
    void find();  // those that end in the next bytes

    const View v_;
    const int64_t readable_;
    int64_t at_ = 0;
    bool inside_ = false;  // whether the last byte belongs to a run
    int64_t digits_ = 0;   // before at_
    int ended_ = 0;        // how many runs have ended
    struct Mark {
        int64_t at, digits;  // the digits before it
    };
    static constexpr int most = at_once / 2 + 1, spare = 2;  // more are written than there are
    Mark begins_[most + spare], ends_[most + spare];
};

}  // namespace shouxin
