// A term alone is a topic; what stands near it in its sentence makes it a statement about a person.
#include "told.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

namespace shouxin {

namespace {

// In bytes; categories/statements.py and organisations.py have the same numbers.
constexpr int64_t to_person = 120, to_act = 45, to_against = 300, to_next = 12, short_word = 3;
constexpr int64_t longest = 54, shortest = 6;
constexpr float certain = 0.8f;

struct Mark {
    int64_t start, end;
    size_t sentence;
};
using Marks = std::vector<Mark>;

struct Topic {
    Mark place;
    Kind kind;
    double score;
};

// Terms that do something for some kinds, as bits.
struct Doing {
    Mark place;
    uint64_t kinds;
};

float rounded(double score) { return static_cast<float>(std::nearbyint(std::clamp(score, 0.0, 1.0) * 100) / 100); }

bool near(const Mark& place, const Marks& marks, int64_t reach) {
    auto behind = std::upper_bound(marks.begin(), marks.end(), place.start, [](int64_t at, const Mark& mark) { return at < mark.end; });
    if (behind != marks.begin() && behind[-1].sentence == place.sentence && place.start - behind[-1].end <= reach) return true;
    auto next = std::lower_bound(behind, marks.end(), place.end, [](const Mark& mark, int64_t at) { return mark.start < at; });
    return next != marks.end() && next->sentence == place.sentence && next->start - place.end <= reach;
}

Marks of(const std::vector<Doing>& doing, Kind kind) {
    Marks marks;
    for (const Doing& one : doing)
        if (one.kinds >> static_cast<int>(kind) & 1) marks.push_back(one.place);
    return marks;
}

// Whether a digit, a Chinese numeral or a wide digit precedes.
bool after_number(View text, int64_t start) {
    if (start < 3) return false;
    if (digit(text[start - 1])) return true;
    auto sign = static_cast<char16_t>((text[start - 3] & 15) << 12 | (text[start - 2] & 63) << 6 | (text[start - 1] & 63));
    return (sign >= u'０' && sign <= u'９') || std::u16string_view(u"一二两三四五六七八九十百千万").find(sign) != std::u16string_view::npos;
}

class Statements {
  public:
    Statements(const Vocabulary& words, View text) : words_(words), text_(text) {}

    std::vector<Span> read(const Hits& hits, const std::vector<Stretch>& names, const std::vector<Value>& values) {
        topics(hits, values);
        if (topics_.empty()) return {};
        marks(hits, names);
        uint64_t kinds = 0;
        for (Topic& topic : topics_) {
            kinds |= uint64_t{1} << static_cast<int>(topic.kind);
            const auto& adds = words_.reasons[static_cast<size_t>(topic.kind)];
            if (near(topic.place, sure_, to_person) || near(topic.place, people_, to_person))
                topic.score += adds[0];
            else if (near(topic.place, perhaps_, to_person))
                topic.score += adds[1];
        }
        for (; kinds; kinds &= kinds - 1) judge(static_cast<Kind>(__builtin_ctzll(kinds)));
        std::stable_sort(found_.begin(), found_.end(), [](const Span& one, const Span& other) { return one.start < other.start; });
        return std::move(found_);
    }

  private:
    uint8_t role(const Terms::Hit& hit) const { return words_.role[static_cast<size_t>(hit.term)]; }

    size_t sentence(int64_t start) const { return static_cast<size_t>(std::lower_bound(breaks_.begin(), breaks_.end(), start) - breaks_.begin()); }

    void topics(const Hits& hits, const std::vector<Value>& values) {
        for (const Terms::Hit& hit : hits) {
            auto term = static_cast<size_t>(hit.term);
            uint8_t kind = words_.topic[term];
            if (kind != Vocabulary::nothing && kind != static_cast<uint8_t>(Kind::organisation))
                topics_.push_back({{hit.start, hit.end, breaks_.size()}, static_cast<Kind>(kind), words_.weight[term]});
            if (words_.role[term] & Vocabulary::ends) breaks_.push_back(hit.start);
        }
        if (values.empty()) return;
        for (const Value& value : values) topics_.push_back({{value.start, value.end, sentence(value.start)}, value.kind, value.weight});
        std::stable_sort(topics_.begin(), topics_.end(), [](const Topic& one, const Topic& other) { return one.place.start < other.place.start; });
    }

    // Notes what stands in the sentences of the topics.
    void marks(const Hits& hits, const std::vector<Stretch>& names) {
        std::vector<bool> told(breaks_.size() + 1);
        for (const Topic& topic : topics_) told[topic.place.sentence] = true;
        size_t sentence = 0;
        for (const Terms::Hit& hit : hits) {
            const uint8_t here = role(hit);
            const Mark mark{hit.start, hit.end, sentence};
            const bool passed = !told[sentence];
            if (here & Vocabulary::ends) sentence++;
            if (passed) continue;
            if (here & Vocabulary::sure) sure_.push_back(mark);
            if (here & Vocabulary::perhaps) perhaps_.push_back(mark);
            if (here & Vocabulary::general) general_.push_back(mark);
            if (here & Vocabulary::comma) commas_.push_back(hit.start);
            auto term = static_cast<size_t>(hit.term);
            if (words_.acts[term] && (!(here & Vocabulary::wants_number) || after_number(text_, hit.start)))
                acts_.push_back({mark, words_.acts[term]});
            if (words_.against[term]) against_.push_back({mark, words_.against[term]});
        }
        for (const Stretch& name : names) people_.push_back({name.start, name.end, this->sentence(name.start)});
    }

    void judge(Kind kind) {
        const Marks acting = of(acts_, kind), opposed = of(against_, kind);
        const auto& adds = words_.reasons[static_cast<size_t>(kind)];
        std::vector<const Topic*> mine;
        for (Topic& topic : topics_) {
            if (topic.kind != kind) continue;
            if (near(topic.place, acting, to_act)) topic.score += adds[2];
            if (near(topic.place, general_, to_against) || near(topic.place, opposed, to_against)) topic.score += adds[3];
            mine.push_back(&topic);
        }
        merge(kind, mine, acting);
    }

    // A topic, or a word of what is done that may belong to one.
    struct Part {
        int64_t start, end;
        const Topic* topic;
    };

    // Terms and the acts beside them are one.
    void merge(Kind kind, const std::vector<const Topic*>& mine, const Marks& acting) {
        std::vector<Part> parts;
        auto next = acting.begin();
        auto acts_before = [&](int64_t start) {
            for (; next != acting.end() && next->start < start; next++)
                if (next->end - next->start > short_word) parts.push_back({next->start, next->end, nullptr});
        };
        for (const Topic* topic : mine) {
            acts_before(topic->place.start);
            parts.push_back({topic->place.start, topic->place.end, topic});
        }
        acts_before(text_.n + 1);
        int64_t end = 0;
        size_t clause = 0;
        const Topic* best = nullptr;
        int64_t begin = 0;
        auto close = [&] {
            if (best) found_.push_back({begin, end, kind, 1, rounded(best->score)});
            best = nullptr;
        };
        for (const Part& part : parts) {
            auto here = static_cast<size_t>(std::lower_bound(commas_.begin(), commas_.end(), part.start) - commas_.begin());
            if (part.start - end > to_next || here != clause) close();
            clause = here;
            end = std::max(end, part.end);
            if (!part.topic) continue;
            if (!best) begin = part.start;
            if (!best || part.topic->score > best->score) best = part.topic;
        }
        close();
    }

    const Vocabulary& words_;
    View text_;
    std::vector<int64_t> breaks_, commas_;
    std::vector<Topic> topics_;
    Marks sure_, perhaps_, general_, people_;
    std::vector<Doing> acts_, against_;
    std::vector<Span> found_;
};

}  // namespace

std::vector<Span> statements(const Vocabulary& words, View text, const Hits& hits, const std::vector<Stretch>& names, const std::vector<Value>& values) {
    return Statements(words, text).read(hits, names, values);
}

std::vector<Span> organisations(const Vocabulary& words, const Hits& hits, const std::vector<Stretch>& names, const std::vector<Stretch>& addresses) {
    std::vector<Span> found;
    int64_t edge = 0;
    auto name = names.begin();
    auto address = addresses.begin();
    int64_t named = 0;
    for (const Terms::Hit& hit : hits) {
        auto term = static_cast<size_t>(hit.term);
        if (words.topic[term] == static_cast<uint8_t>(Kind::organisation)) {
            for (; name != names.end() && name->end <= hit.start - shortest; name++) named = name->end;
            int64_t start = std::max({hit.run, edge, named});
            for (; address != addresses.end() && address->start < start; address++) {}
            if (address != addresses.end() && address->start < hit.start) start = address->start;
            const int64_t before = hit.start - start;
            const bool bare = before < (words.weight[term] >= certain ? shortest / 2 : shortest);
            const double score = static_cast<double>(words.weight[term]) + (bare ? words.bare : 0);
            if (before <= longest) found.push_back({bare ? hit.start : start, hit.end, Kind::organisation, 1, rounded(score)});
        }
        if (words.role[term] & (Vocabulary::bound | Vocabulary::comma | Vocabulary::sure)) edge = hit.end;
    }
    std::stable_sort(found.begin(), found.end(), [](const Span& one, const Span& other) { return one.start < other.start; });
    return found;
}

}  // namespace shouxin
