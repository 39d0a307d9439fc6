// SPDX-License-Identifier: GPL-2.0-only
#include "process.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <map>
#include <vector>

namespace vectl {

namespace {

// A command line may be megabytes; a table has room for little of it.
constexpr std::size_t longest_text = 4096;

std::optional<std::string> fetch(const std::string& path)
{
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return std::nullopt;

    std::string text(longest_text, '\0');
    std::size_t size = 0;
    ssize_t got = 0;
    while (size < text.size() && (got = read(file, text.data() + size, text.size() - size)) > 0)
        size += static_cast<std::size_t>(got);
    close(file);
    if (got < 0)
        return std::nullopt; // it went while we read
    text.resize(size);
    return text;
}

// The words behind "Key:" in lines of "Key:\tword\tword".
std::vector<std::string_view> field(std::string_view text, std::string_view key)
{
    std::vector<std::string_view> words;
    while (!text.empty()) {
        auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (line.size() <= key.size() || line.substr(0, key.size()) != key ||
            line[key.size()] != ':')
            continue;

        line.remove_prefix(key.size() + 1);
        while (true) {
            const auto start = line.find_first_not_of("\t ");
            if (start == std::string_view::npos)
                return words;
            line.remove_prefix(start);
            const auto end = std::min(line.find_first_of("\t "), line.size());
            words.push_back(line.substr(0, end));
            line.remove_prefix(end);
        }
    }
    return words;
}

std::optional<std::uint32_t> number(const std::vector<std::string_view>& words, std::size_t index)
{
    if (index >= words.size())
        return std::nullopt;
    std::uint32_t value = 0;
    const auto word = words[index];
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size())
        return std::nullopt;
    return value;
}

} // namespace

std::optional<ProcessDetails> parse_status(std::string_view text)
{
    // The first line, Name, is of the process's choosing, but the kernel
    // escapes line ends in it: no name can forge a field.
    const auto state = field(text, "State");
    const auto parent = number(field(text, "PPid"), 0);
    const auto user = number(field(text, "Uid"), 1);
    if (state.empty() || state[0].empty() || !parent || !user)
        return std::nullopt;

    ProcessDetails details;
    details.state = state[0][0];
    details.parent = *parent;
    details.user = *user;
    return details;
}

std::string parse_cmdline(std::string_view text)
{
    while (!text.empty() && text.back() == '\0')
        text.remove_suffix(1);
    std::string line(text);
    for (auto& c : line)
        if (c == '\0')
            c = ' ';
    return line;
}

Presence read_process(std::uint32_t pid, ProcessDetails& details)
{
    const std::string folder = "/proc/" + std::to_string(pid);

    const auto status = fetch(folder + "/status");
    const auto parsed = status ? parse_status(*status) : std::nullopt;
    if (!parsed) {
        // No /proc here, or one mounted with hidepid: ask the kernel whether
        // the process is there at all.
        const bool gone = kill(static_cast<pid_t>(pid), 0) < 0 && errno == ESRCH;
        return gone ? Presence::gone : Presence::hidden;
    }
    details = *parsed;
    if (const auto cmdline = fetch(folder + "/cmdline"))
        details.command = parse_cmdline(*cmdline);
    return Presence::known;
}

std::string user_name(std::uint32_t user)
{
    // Looking a user up may ask a directory server; once each is enough.
    static std::map<std::uint32_t, std::string> known;
    const auto found = known.find(user);
    if (found != known.end())
        return found->second;

    std::array<char, 4096> buffer;
    passwd entry{};
    passwd* result = nullptr;
    getpwuid_r(user, &entry, buffer.data(), buffer.size(), &result);
    return known[user] = result ? std::string(entry.pw_name) : std::to_string(user);
}

} // namespace vectl
