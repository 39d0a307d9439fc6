// SPDX-License-Identifier: GPL-2.0-only
#include "conf_file.hpp"

#include "advice.hpp"
#include "bounds.hpp"
#include "host.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <istream>
#include <ostream>

namespace vectl {

namespace {

// No configuration is; a device may be endless.
constexpr std::size_t most_bytes = std::size_t{1} << 20;
constexpr std::size_t most_told = 20;

ve::Result<std::string> read_all(std::istream& in)
{
    std::string text;
    std::array<char, 4096> part{};

    while (in.read(part.data(), part.size()), in.gcount() > 0) {
        text.append(part.data(), static_cast<std::size_t>(in.gcount()));
        if (text.size() > most_bytes)
            return ve::err(EFBIG, "it is larger than a configuration can be");
    }
    if (in.bad())
        return ve::err(errno ? errno : EIO);
    return text;
}

ve::Result<std::string> read_text(const std::string& path, std::istream* in)
{
    errno = 0;
    if (path == "-" && in)
        return read_all(*in);
    std::ifstream file(path, std::ios::binary);
    if (!file)
        return ve::err(errno ? errno : EIO);
    return read_all(file);
}

// Did the kernel refuse because it does not count a resource?
bool is_uncounted(const ve::Error& error)
{
    return error.code == EINVAL && error.attribute == "resource.id";
}

// Takes away what the kernel does not count, unless the words name it, and tells. The kernel is sure
// to refuse a request with one bound named twice.
void leave_out_uncounted(std::vector<ve::Bound>& bounds, const std::vector<ve::Bound>& words,
                         const Request& request, const std::string& doing, Context& context)
{
    std::vector<std::string> names;

    std::erase_if(bounds, [&](const ve::Bound& bound) {
        const bool is_word =
            std::ranges::find(words, bound.resource, &ve::Bound::resource) != words.end();
        if (is_word || !is_uncounted(request(std::array{bound, bound})))
            return false;
        names.push_back(ve::to_string(bound.resource));
        return true;
    });
    if (!names.empty())
        tell(context, doing + ": not counted by this kernel: " + joined(names));
}

} // namespace

std::optional<Configuration> load_configuration(const std::string& path, const std::string& doing,
                                                Context& context)
{
    const auto file = path == "-" ? std::string("standard input") : path;
    const auto tell_of = [&](const std::string& what) {
        tell(context, doing + ": " + file + ": " + what);
    };

    const auto text = read_text(path, context.in);
    if (!text) {
        tell_of(text.error().what());
        return std::nullopt;
    }
    auto conf = parse_configuration(*text, host_page_size());
    for (const auto* sentences : {&conf.remarks, &conf.problems}) {
        const auto told = std::min(sentences->size(), most_told);
        for (std::size_t i = 0; i < told; i++)
            tell_of((*sentences)[i]);
        if (sentences->size() > told)
            tell_of(std::to_string(sentences->size() - told) + " more lines like these");
    }
    if (!conf.problems.empty())
        return std::nullopt;
    return conf;
}

std::vector<ve::Bound> overridden(std::vector<ve::Bound> from_file,
                                  const std::vector<ve::Bound>& words)
{
    for (const auto& word : words) {
        const auto same = std::ranges::find(from_file, word.resource, &ve::Bound::resource);
        if (same == from_file.end()) {
            from_file.push_back(word);
            continue;
        }
        if (word.barrier)
            same->barrier = word.barrier;
        if (word.limit)
            same->limit = word.limit;
    }
    for (const auto& bound : from_file)
        check_order(bound);
    return from_file;
}

std::optional<std::vector<ve::Bound>> requested(const std::optional<std::string>& conf,
                                                const std::vector<ve::Bound>& words,
                                                const std::string& doing, Context& context)
{
    if (!conf)
        return words;
    auto loaded = load_configuration(*conf, doing, context);
    if (!loaded)
        return std::nullopt;
    return overridden(std::move(loaded->bounds), words);
}

ve::Error request_counted(std::vector<ve::Bound>& bounds, const std::vector<ve::Bound>& words,
                          const Request& request, const std::string& doing, Context& context)
{
    auto refused = request(bounds);
    const auto before = bounds.size();
    if (!is_uncounted(refused) || bounds == words)
        return refused;
    leave_out_uncounted(bounds, words, request, doing, context);
    return bounds.size() == before ? refused : request(bounds);
}

} // namespace vectl
