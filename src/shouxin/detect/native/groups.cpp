#include "groups.hpp"

#include <algorithm>
#include <cstring>

namespace shouxin {

Separator separator(View v, int64_t i) {
    switch (v[i]) {
        case ' ': return {Sep::space, 1};
        case '-': return {Sep::hyphen, 1};
        case '.': return {Sep::dot, 1};
        case '\r':
        case '\n': {
            int64_t at = i + (v[i] == '\r');
            if (v[at] != '\n') return {Sep::none, 0};
            at++;
            for (int spaces = 0; spaces < 4 && v[at] == ' '; spaces++) at++;
            return {Sep::newline, static_cast<int>(at - i)};
        }
        case 0xC2: return stands(v, i, "\u00a0") ? Separator{Sep::space, 2} : Separator{Sep::none, 0};
        case 0xE2:
            if (v[i + 1] == 0x80 && v[i + 2] >= 0x90 && v[i + 2] <= 0x95) return {Sep::hyphen, 3};
            return stands(v, i, "\u2212") ? Separator{Sep::hyphen, 3} : Separator{Sep::none, 0};
        case 0xE3: return stands(v, i, "\u3000") ? Separator{Sep::space, 3} : Separator{Sep::none, 0};
        case 0xEF:
            if (stands(v, i, "\uff0d") || stands(v, i, "\ufe63")) return {Sep::hyphen, 3};
            return {Sep::none, 0};
        default: return {Sep::none, 0};
    }
}

Groups gather(View v, int64_t begin) {
    Groups groups;
    Sep usual = Sep::none;
    bool broken = false;
    int total = 0;
    for (int64_t at = begin; groups.count < Groups::most;) {
        int64_t end = at + digits_at(v, at);
        if (end == at || total + (end - at) > Groups::most_digits) break;
        int size = static_cast<int>(end - at);
        if (size <= 8 && at + 8 <= v.n && total + 8 <= Groups::most_digits)  // a copy of a size that is known is no call
            std::memcpy(groups.text + total, v.s + at, 8);
        else
            std::copy(v.s + at, v.s + end, groups.text + total);
        if (total + size == 17 && lowered(v[end]) == 'x') {
            groups.text[17] = 'X';
            end++;
            size++;
        }
        if (alnum(v[end])) break;
        total += size;
        int n = groups.count++;
        groups.begin[n] = at;
        groups.end[n] = end;
        groups.digits[n] = total;
        Separator next = joint(v, end);
        groups.after[n] = next.kind;
        if (next.kind == Sep::none || !digit(v[end + next.length])) break;
        if (next.kind == Sep::newline) {
            if (broken) break;
            broken = true;
        } else if (usual == Sep::none) {
            usual = next.kind;
        } else if (usual != next.kind) {
            break;
        }
        at = end + next.length;
    }
    return groups;
}

uint64_t Groups::shape(int n) const {
    uint64_t lengths = 0;
    for (int i = 0; i < n; i++)
        lengths = lengths << 4 | static_cast<uint64_t>(std::min(digits[i] - (i ? digits[i - 1] : 0), 15));
    return lengths;
}

}  // namespace shouxin
