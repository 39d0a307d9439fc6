// SPDX-License-Identifier: GPL-2.0-only
#include "past.hpp"

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace vectl {

namespace {

using Json = nlohmann::ordered_json;

// 2^16 VEs take less.
constexpr std::size_t most_bytes = std::size_t{64} << 20;

class Descriptor {
  public:
    explicit Descriptor(int fd) noexcept : fd_(fd) {}

    Descriptor(const Descriptor&) = delete;
    Descriptor(Descriptor&&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor& operator=(Descriptor&&) = delete;

    ~Descriptor()
    {
        if (fd_ >= 0)
            close(fd_);
    }

    [[nodiscard]] int get() const noexcept { return fd_; }

  private:
    int fd_;
};

ve::Unexpected not_ours()
{
    return ve::err(EBADMSG, "it is not what vectl show --since-last writes");
}

ve::Result<> write_all(int fd, std::string_view text)
{
    while (!text.empty()) {
        const auto written = write(fd, text.data(), text.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return ve::err(errno);
        text.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

// As the XDG base directories want it: for this user alone.
ve::Result<> make_directories(const std::string& path)
{
    for (auto slash = path.find('/', 1); slash != std::string::npos;
         slash = path.find('/', slash + 1))
        if (mkdir(path.substr(0, slash).c_str(), 0700) != 0 && errno != EEXIST)
            return ve::err(errno);
    return {};
}

} // namespace

ve::Result<Past> Past::parse(std::string_view text)
{
    const auto document = Json::parse(text, nullptr, false);
    Past past;

    if (!document.is_array())
        return not_ours();
    for (const auto& entry : document) {
        if (!entry.is_object() || !entry.contains("id") || !entry["id"].is_number_unsigned() ||
            !entry.contains("name") || !entry["name"].is_string() || !entry.contains("failcnt") ||
            !entry["failcnt"].is_object())
            return not_ours();
        Row row{entry["id"].get<ve::Id>(), entry["name"].get<std::string>(), {}};
        for (const auto& [resource, failcnt] : entry["failcnt"].items()) {
            if (!failcnt.is_number_unsigned())
                return not_ours();
            row.failcnt[resource] = failcnt.get<std::uint64_t>();
        }
        past.rows_.push_back(std::move(row));
    }
    return past;
}

std::string Past::text() const
{
    Json document = Json::array();
    for (const auto& row : rows_)
        document.push_back({{"id", row.id}, {"name", row.name}, {"failcnt", row.failcnt}});
    return document.dump() + "\n";
}

const Past::Row* Past::find(const ve::Environment& environment) const
{
    const auto row = std::ranges::find_if(rows_, [&](const Row& one) {
        return one.id == environment.id && one.name == environment.name;
    });
    return row == rows_.end() ? nullptr : &*row;
}

void Past::subtract_from(ve::Environment& environment) const
{
    const auto* row = find(environment);
    if (!row)
        return;
    const auto before = [row](const ve::Counter& numbers) {
        const auto found = row->failcnt.find(ve::to_string(numbers.resource));
        return found == row->failcnt.end() ? 0 : found->second;
    };

    for (const auto& numbers : environment.resources)
        if (numbers.failcnt < before(numbers))
            return;
    for (auto& numbers : environment.resources)
        numbers.failcnt -= before(numbers);
}

void Past::remember(const ve::Environment& environment)
{
    std::erase_if(rows_, [&](const Row& one) {
        return one.id == environment.id && one.name == environment.name;
    });
    Row row{environment.id, environment.name, {}};
    for (const auto& numbers : environment.resources)
        row.failcnt[ve::to_string(numbers.resource)] = numbers.failcnt;
    rows_.push_back(std::move(row));
}

void Past::forget_all_but(std::size_t most)
{
    if (rows_.size() > most)
        rows_.erase(rows_.begin(), rows_.end() - static_cast<std::ptrdiff_t>(most));
}

std::string past_file(const char* xdg_state_home, const char* home)
{
    constexpr char file[] = "/vectl/failcnt.json";

    if (xdg_state_home && *xdg_state_home == '/')
        return std::string(xdg_state_home) + file;
    if (home && *home == '/')
        return std::string(home) + "/.local/state" + file;
    return std::string("/var/lib") + file;
}

ve::Result<Past> load_past(const std::string& path)
{
    // Whatever lies there: a pipe must not keep us waiting.
    const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));
    if (file.get() < 0)
        return errno == ENOENT ? ve::Result<Past>(Past()) : ve::err(errno);
    struct stat found = {};
    if (fstat(file.get(), &found) != 0)
        return ve::err(errno);
    if (!S_ISREG(found.st_mode))
        return not_ours();

    std::string text;
    std::array<char, 65536> part{};
    for (;;) {
        const auto length = read(file.get(), part.data(), part.size());
        if (length < 0 && errno == EINTR)
            continue;
        if (length < 0)
            return ve::err(errno);
        if (length == 0)
            return Past::parse(text);
        text.append(part.data(), static_cast<std::size_t>(length));
        if (text.size() > most_bytes)
            return not_ours();
    }
}

ve::Result<> save_past(const std::string& path, const Past& past)
{
    if (auto made = make_directories(path); !made)
        return made;

    std::string beside = path + ".XXXXXX";
    const Descriptor file(mkostemp(beside.data(), O_CLOEXEC));
    if (file.get() < 0)
        return ve::err(errno);
    auto done = write_all(file.get(), past.text());
    if (done && rename(beside.c_str(), path.c_str()) != 0)
        done = ve::err(errno);
    if (!done)
        unlink(beside.c_str());
    return done;
}

} // namespace vectl
