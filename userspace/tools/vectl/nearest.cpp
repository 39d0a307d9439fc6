// SPDX-License-Identifier: GPL-2.0-only
#include "nearest.hpp"

#include <algorithm>

namespace vectl {

namespace {

// Nothing we know is longer; longer input is not worth a quadratic table.
constexpr std::size_t longest_word = 64;

} // namespace

std::size_t edit_distance(std::string_view a, std::string_view b)
{
    // Three rows are enough: swapped neighbours look back two.
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), now(b.size() + 1);

    for (std::size_t j = 0; j <= b.size(); j++)
        last[j] = j;
    for (std::size_t i = 1; i <= a.size(); i++) {
        now[0] = i;
        for (std::size_t j = 1; j <= b.size(); j++) {
            const bool same = a[i - 1] == b[j - 1];
            now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                now[j] = std::min(now[j], before[j - 2] + 1);
        }
        std::swap(before, last);
        std::swap(last, now);
    }
    return last[b.size()];
}

std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known)
{
    if (word.empty() || word.size() > longest_word)
        return std::nullopt;

    std::optional<std::string> found;
    // A third of the letters may be wrong; more than that is another word.
    std::size_t limit = std::max<std::size_t>(1, word.size() / 3) + 1;

    for (const auto& candidate : known) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < limit && distance < candidate.size()) {
            limit = distance;
            found = candidate;
        }
    }
    return found;
}

std::string suggestion(std::string_view word, const std::vector<std::string>& known)
{
    const auto found = nearest(word, known);
    return found ? " (did you mean '" + *found + "'?)" : std::string();
}

} // namespace vectl
