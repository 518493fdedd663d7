#include "spans.hpp"

#include <algorithm>
#include <map>
#include <numeric>

namespace shouxin {

namespace {

bool better(const Span& one, const Span& other) {
    if (one.rank != other.rank) return one.rank < other.rank;
    int64_t size = one.end - one.start, than = other.end - other.start;
    return size != than ? size > than : one.score > other.score;
}

// Adds those of spans that touch each other which are kept.
void add_best(const Span* first, const Span* last, std::vector<Span>& kept) {
    std::vector<const Span*> order(static_cast<size_t>(last - first));
    std::iota(order.begin(), order.end(), first);
    std::stable_sort(order.begin(), order.end(), [](const Span* one, const Span* other) { return better(*one, *other); });
    std::map<int64_t, const Span*> taken;
    for (const Span* one : order) {
        auto next = taken.lower_bound(one->start);
        if (next != taken.end() && next->first < one->end) continue;
        if (next != taken.begin() && std::prev(next)->second->end > one->start) continue;
        taken.emplace_hint(next, one->start, one);
    }
    for (const auto& [start, one] : taken) kept.push_back(*one);
}

}  // namespace

void keep_apart(std::vector<Span>& spans) {
    auto meet = [](const Span& one, const Span& next) { return next.start < one.end; };
    if (std::adjacent_find(spans.begin(), spans.end(), meet) == spans.end()) return;
    std::vector<Span> kept;
    kept.reserve(spans.size());
    for (size_t first = 0, last; first < spans.size(); first = last) {
        int64_t end = spans[first].end;
        for (last = first + 1; last < spans.size() && spans[last].start < end; last++) end = std::max(end, spans[last].end);
        if (last == first + 1)
            kept.push_back(spans[first]);
        else
            add_best(spans.data() + first, spans.data() + last, kept);
    }
    spans = std::move(kept);
}

}  // namespace shouxin
