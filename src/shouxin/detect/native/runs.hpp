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
            for (const Run* run = runs_; run < last_; run++) each(*run);
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
    Run open_{};           // which has not ended yet
    Run* last_ = runs_;
    Run runs_[at_once / 2 + 1];
};

}  // namespace shouxin
