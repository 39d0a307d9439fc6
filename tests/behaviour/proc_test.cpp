// SPDX-License-Identifier: GPL-2.0-only
//
// Files for programs that read OpenVZ's. Not for kernels that have VEs built in.
#include "fixture.hpp"
#include "loading.hpp"
#include "privilege.hpp"
#include "program.hpp"
#include "shared.hpp"
#include "unlucky.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <iomanip>
#include <iterator>
#include <set>
#include <sstream>

namespace behaviour {

namespace {

const std::string parameter = "/sys/module/ve/parameters/compat_proc";
const std::string old_file = "/proc/user_beancounters";
const std::string all_file = "/proc/bc/resources";

std::string directory_of(ve::Id id)
{
    return "/proc/bc/" + std::to_string(id);
}

std::string file_of(ve::Id id)
{
    return directory_of(id) + "/resources";
}

// By number, as in 2006; the last is later.
constexpr std::array<const char*, 25> names = {
    "kmemsize",     "lockedpages", "privvmpages",  "shmpages",     "dummy",
    "numproc",      "physpages",   "vmguarpages",  "oomguarpages", "numtcpsock",
    "numflock",     "numpty",      "numsiginfo",   "tcpsndbuf",    "tcprcvbuf",
    "othersockbuf", "dgramrcvbuf", "numothersock", "dcachesize",   "numfile",
    "dummy",        "dummy",       "dummy",        "numiptent",    "swappages"};

constexpr auto header =
    "Version: 2.5\n"
    "       uid  resource                     held              maxheld              barrier"
    "                limit              failcnt\n";

bool is_dummy(std::size_t number)
{
    return std::string_view(names[number]) == "dummy";
}

// Which rows a file has.
bool is_old(std::size_t number)
{
    return number != 24;
}

bool is_bc(std::size_t number)
{
    return !is_dummy(number);
}

using Rows = bool (*)(std::size_t number);

// What libve tells, or what is said of resources that are not counted.
ve::Counter counter(const ve::Environment& environment, std::size_t number)
{
    const auto resource = static_cast<ve::Resource>(number);
    if (is_dummy(number))
        return {resource, 0, 0, 0, 0, 0};
    const auto* counted = environment.find(resource);
    return counted ? *counted : ve::Counter{resource, 0, 0, ve::unlimited, ve::unlimited, 0};
}

std::string block(const ve::Environment& environment, Rows rows, std::string id)
{
    std::ostringstream text;
    for (std::size_t i = 0; i < names.size(); i++) {
        if (!rows(i))
            continue;
        const auto now = counter(environment, i);
        text << std::right << std::setw(10) << std::exchange(id, "") << "  " << std::left
             << std::setw(12) << names[i] << std::right;
        for (const auto value : {now.held, now.maxheld, now.barrier, now.limit, now.failcnt})
            text << ' ' << std::setw(20) << value;
        text << '\n';
    }
    return text.str();
}

std::string block(const ve::Environment& environment, Rows rows)
{
    return block(environment, rows, std::to_string(environment.id) + ":");
}

// What there is to be read, or why there is not.
struct Text {
    int code = 0;
    std::string text;
};

Text read_on(const Fd& file, std::size_t at_once = 16384)
{
    Text read;
    std::string part(at_once, '\0');
    ssize_t size = 0;
    while ((size = ::read(file.get(), part.data(), part.size())) > 0)
        read.text.append(part, 0, static_cast<std::size_t>(size));
    if (size < 0)
        read.code = errno;
    return read;
}

Text read_file(const std::string& path, std::size_t at_once = 16384)
{
    const Fd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
    return file.get() < 0 ? Text{errno, {}} : read_on(file, at_once);
}

std::vector<std::string> lines(const std::string& text)
{
    std::istringstream in(text);
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);)
        all.push_back(line);
    return all;
}

std::set<std::string> entries(const std::string& path)
{
    std::set<std::string> found;
    DIR* const directory = opendir(path.c_str());
    if (!directory)
        return found;
    while (const dirent* entry = readdir(directory))
        if (entry->d_name[0] != '.')
            found.insert(entry->d_name);
    closedir(directory);
    return found;
}

int why_not(const std::string& path)
{
    return access(path.c_str(), F_OK) < 0 ? errno : 0;
}

mode_t mode(const std::string& path)
{
    struct stat status {};

    if (stat(path.c_str(), &status) < 0)
        broken(path);
    return status.st_mode & 07777;
}

// What a process may not open, one line for each file that is not refused like that.
std::string unless_denied(ve::Id id)
{
    std::string text;
    for (const auto& path : {old_file, all_file, file_of(id), file_of(0)})
        if (const int code = read_file(path).code; code != EACCES)
            text += path + ": " + strerror(code) + "\n";
    return text;
}

class Proc : public testing::Test {
  protected:
    void SetUp() override
    {
        if (is_loaded()) {
            ASSERT_EQ(unload(), 0) << "another test left VEs behind";
            ASSERT_EQ(load("compat_proc=1"), 0);
        } else if (contents(parameter) != "Y\n") {
            GTEST_SKIP() << "VEs are built in: boot with ve.compat_proc=1";
        } else {
            built_in_ = true;
        }
        client_.emplace(ve::Client::open().value());
    }

    void TearDown() override
    {
        if (IsSkipped())
            return;
        client_.reset();
        if (built_in_)
            return;
        if (is_loaded()) {
            EXPECT_EQ(unload(), 0);
        }
        EXPECT_EQ(load(), 0);
    }

    ve::Client& client() { return *client_; }

    // A file's text, and what is to be seen in it at that moment.
    static std::string read_settled(const Fd& file, const Ve& ve, ve::Environment& now)
    {
        Text read;
        EXPECT_TRUE(eventually([&] {
            now = ve.look();
            if (lseek(file.get(), 0, SEEK_SET) < 0)
                broken("lseek");
            read = read_on(file);
            return now == ve.look();
        }));
        EXPECT_EQ(read.code, 0);
        return read.text;
    }

    static std::string read_settled(const std::string& path, const Ve& ve, ve::Environment& now)
    {
        // Open all the time: what a member has open is counted.
        return read_settled(Fd(open(path.c_str(), O_RDONLY | O_CLOEXEC)), ve, now);
    }

    // Run in a process of its own; it says "" (as ".") or what is wrong.
    static Process::Body say(const std::function<std::string()>& body)
    {
        return [body](Link& link) {
            const auto text = body();
            link.tell(text.empty() ? "." : text);
        };
    }

    static void expect_denied(const Ve& ve, const std::function<void()>& become)
    {
        const auto process = outsider(say([&] {
            become();
            return unless_denied(ve.id());
        }));
        EXPECT_EQ(process.hear(), ".");
    }

  private:
    std::optional<ve::Client> client_;
    bool built_in_ = false;
};

} // namespace

TEST(ProcByDefault, HasNoFilesOfOpenVz)
{
    if (contents(parameter) == "Y\n")
        GTEST_SKIP() << "the kernel was booted with ve.compat_proc=1";
    auto client = ve::Client::open().value();
    const Ve ve(client);

    EXPECT_EQ(contents(parameter), "N\n");
    for (const auto* path : {"/proc/user_beancounters", "/proc/bc", "/proc/vz"})
        EXPECT_EQ(why_not(path), ENOENT) << path;
}

TEST_F(Proc, HasFilesOfOpenVzThatOnlyRootMayRead)
{
    const Ve ve(client());

    for (const auto& path : {old_file, all_file, file_of(ve.id()), file_of(0)})
        EXPECT_EQ(mode(path), 0400u) << path;
    for (const auto& path : {std::string("/proc/bc"), directory_of(ve.id()), directory_of(0)})
        EXPECT_EQ(mode(path), 0500u) << path;
    EXPECT_EQ(mode("/sys/module/ve/parameters/compat_proc"), 0444u) << "it is for loading only";
    // With it, and without the other, systemd would believe to be in a container.
    EXPECT_EQ(why_not("/proc/vz"), ENOENT);
}

TEST_F(Proc, HasTheWidthsOf2006)
{
    const auto made = client().create(fresh_name(), 123, std::vector{numproc(20, 30)}).value();
    const auto all = lines(read_file(old_file).text);

    EXPECT_TRUE(ok(client().destroy(ve::Handle(made))));
    ASSERT_EQ(all.size(), 2u + 2 * 24);
    EXPECT_EQ(all[0], "Version: 2.5");
    EXPECT_EQ(all[1], "       uid  resource                     held              maxheld"
                      "              barrier                limit              failcnt");
    EXPECT_EQ(all[26], "      123:  kmemsize                        0                    0"
                       "  9223372036854775807  9223372036854775807                    0");
    EXPECT_EQ(all[26 + 4], "            dummy                           0                    0"
                           "                    0                    0                    0");
    EXPECT_EQ(all[26 + 5], "            numproc                         0                    0"
                           "                   20                   30                    0");
}

TEST_F(Proc, ShowsTheNumbersThatLibveReports)
{
    const Ve ve(client(), {numproc(1, 7)});
    Unlucky unlucky(ve);
    unlucky.be_refused(3);
    ve::Environment now;

    auto text = read_settled(old_file, ve, now);
    EXPECT_EQ(text, header + block({}, is_old, "0:") + block(now, is_old));
    EXPECT_EQ(now.find(ve::Resource::numproc)->failcnt, 3u);
    text = read_settled(all_file, ve, now);
    EXPECT_EQ(text, header + block({}, is_bc, "0:") + block(now, is_bc));
    text = read_settled(file_of(ve.id()), ve, now);
    EXPECT_EQ(text, block(now, is_bc, "")) << "neither header nor id";
    EXPECT_EQ(read_file(file_of(0)).text, block({}, is_bc, ""));
}

TEST_F(Proc, HasTheRowsOf2006)
{
    const Ve ve(client());

    EXPECT_EQ(lines(read_file(old_file).text).size(), 2u + 2 * 24);
    EXPECT_EQ(lines(read_file(all_file).text).size(), 2u + 2 * 21);
    EXPECT_EQ(lines(read_file(file_of(ve.id())).text).size(), 21u);
}

TEST_F(Proc, IsReadAsVzubcDoes)
{
    const Ve one(client(), {numproc(1, 7)});
    const Ve two(client());
    Unlucky unlucky(one);
    unlucky.be_refused(2);

    const std::string program = R"(
        function bound(n) { return n == "9223372036854775807" || n == "2147483647" ? "unlimited" : n }
        /^Version:/ { if ($2 != "2.5") { print "version " $2; exit 1 } versions++; next }
        $1 == "uid" && $2 == "resource" { next }
        /^[ \t]*[0-9]+:/ { id = $1; sub(/:.*/, "", id); sub(/^[ \t]*[0-9]+:/, "") }
        NF != 6 || id == "" { print "what is " $0; exit 1 }
        $1 == "dummy" { next }
        { print id, $1, $2, $3, bound($4), bound($5), $6 }
        END { if (versions != 1) print versions " versions" }
    )";
    const auto bound = [](std::uint64_t value) {
        return value == ve::unlimited ? "unlimited" : std::to_string(value);
    };
    for (const auto& [path, rows] :
         {std::pair<std::string, Rows>{old_file, is_old}, {all_file, is_bc}}) {
        std::ostringstream expected;
        for (const auto& environment : {ve::Environment{}, one.look(), two.look()})
            for (std::size_t i = 0; i < names.size(); i++) {
                const auto now = counter(environment, i);
                if (rows(i) && !is_dummy(i))
                    expected << environment.id << ' ' << names[i] << ' ' << now.held << ' '
                             << now.maxheld << ' ' << bound(now.barrier) << ' ' << bound(now.limit)
                             << ' ' << now.failcnt << '\n';
            }
        const auto outcome = run({"awk", program, path});
        EXPECT_EQ(outcome.status, 0) << outcome.out << outcome.err;
        EXPECT_EQ(outcome.out, expected.str()) << path;
    }
}

TEST_F(Proc, IsReadAsMuninAndZabbixDo)
{
    const Ve one(client(), {numproc(1)});
    const Ve two(client());
    Unlucky unlucky(one);
    unlucky.be_refused(5);

    // What was refused altogether.
    for (const auto& [ve, sum] : {std::pair<const Ve&, std::string>{one, "5\n"}, {two, "0\n"}})
        EXPECT_EQ(run({"awk", "{ sum += $6 } END { print sum }", file_of(ve.id())}).out, sum);

    // A block by the number of its rows.
    for (const ve::Id id : {ve::Id{0}, one.id(), two.id()}) {
        const auto found =
            run({"grep", "-E", "-A23", "^[[:space:]]+" + std::to_string(id) + ":", old_file});
        const auto rows = lines(found.out);
        ASSERT_EQ(rows.size(), 24u) << found.out;
        EXPECT_NE(rows[0].find(" " + std::to_string(id) + ":  kmemsize "), std::string::npos);
        EXPECT_NE(rows[23].find("  numiptent "), std::string::npos);
        for (std::size_t i = 1; i < rows.size(); i++)
            EXPECT_EQ(rows[i].find(':'), std::string::npos) << rows[i];
    }
}

TEST_F(Proc, IsOpenedWithBothCapabilitiesOnly)
{
    const Ve ve(client());

    expect_denied(ve, [] { drop_capability(CAP_DAC_OVERRIDE); });
    expect_denied(ve, [] { drop_capability(CAP_DAC_READ_SEARCH); });
    expect_denied(ve, become_nobody);
    expect_denied(ve, [] { new_namespace(CLONE_NEWUSER); });
}

TEST_F(Proc, ShowsMembersTheirOwnVeOnly)
{
    const Ve before(client());
    const Ve ve(client(), {numproc(5)});
    const Ve after(client());
    const Fd from_outside(open(old_file.c_str(), O_RDONLY));

    const auto process =
        member(ve, say([&]() -> std::string {
                   ve::Environment now;
                   auto text = read_settled(old_file, ve, now);
                   if (text != header + block(now, is_old))
                       return "the old file shows: " + text;
                   text = read_settled(all_file, ve, now);
                   if (text != header + block(now, is_bc))
                       return "the file of all shows: " + text;
                   text = read_settled(file_of(ve.id()), ve, now);
                   if (text != block(now, is_bc, ""))
                       return "its own file shows: " + text;
                   text = read_settled(from_outside, ve, now);
                   if (text != header + block(now, is_old))
                       return "a file that was open before shows something else";
                   for (const ve::Id other : {ve::Id{0}, before.id(), after.id()})
                       if (open(file_of(other).c_str(), O_RDONLY) >= 0 || errno != ENOENT)
                           return "another's file can be opened: " + file_of(other);
                   return {};
               }));
    EXPECT_EQ(process.hear(), ".");
}

TEST_F(Proc, TellsMembersNothingByAnothersOpenFile)
{
    const Ve ve(client());
    const Ve other(client());
    const Fd file(open(file_of(other.id()).c_str(), O_RDONLY));
    char byte = 0;
    // More than that waits to be read.
    ASSERT_EQ(read(file.get(), &byte, 1), 1);

    const auto process = member(ve, [&](Link& link) { link.tell(read_on(file).code); });
    EXPECT_EQ(process.hear_number(), ENOENT);
    EXPECT_EQ(read_on(file).text.size() + 1, read_file(file_of(other.id())).text.size());
}

TEST_F(Proc, DirectoriesComeAndGoWithVes)
{
    const std::set<std::string> none = {"0", "resources"};
    EXPECT_EQ(entries("/proc/bc"), none);
    {
        const Ve ve(client());
        EXPECT_EQ(entries("/proc/bc"),
                  (std::set<std::string>{"0", "resources", std::to_string(ve.id())}));
        EXPECT_EQ(entries(directory_of(ve.id())), std::set<std::string>{"resources"});
        // One that is not made leaves nothing, and takes nothing from others.
        EXPECT_FALSE(client().create(ve.name(), 4711));
        EXPECT_FALSE(client().create(fresh_name(), ve.id()));
        EXPECT_EQ(why_not(directory_of(4711)), ENOENT);
        EXPECT_EQ(why_not(file_of(ve.id())), 0);
    }
    EXPECT_EQ(entries("/proc/bc"), none);

    // An id can be used again at once.
    for (unsigned i = 1; i <= 20; i++) {
        const auto made = client().create(fresh_name(), 4711, std::vector{numproc(i)});
        ASSERT_TRUE(ok(made));
        EXPECT_EQ(read_file(file_of(4711)).text, block(*made, is_bc, ""));
        ASSERT_TRUE(ok(client().destroy(ve::Handle(4711))));
        EXPECT_EQ(why_not(directory_of(4711)), ENOENT);
    }
}

TEST_F(Proc, FileOpenedBeforeTheEndOfItsVeIsHarmless)
{
    Ve ve(client());
    const Fd directory(open(directory_of(ve.id()).c_str(), O_RDONLY | O_DIRECTORY));
    const Fd file(open(file_of(ve.id()).c_str(), O_RDONLY));
    const Fd begun(open(file_of(ve.id()).c_str(), O_RDONLY));
    char byte = 0;
    ASSERT_EQ(read(begun.get(), &byte, 1), 1);
    ve.destroy();

    // Nor does the next of that id get in the way.
    const auto next = client().create(fresh_name(), ve.id()).value();
    for (const auto* fd : {&file, &begun})
        EXPECT_EQ(read_on(*fd).code, EIO);
    EXPECT_EQ(openat(directory.get(), "resources", O_RDONLY), -1);
    EXPECT_EQ(errno, ENOENT);
    EXPECT_EQ(read_file(file_of(next.id)).code, 0);
    EXPECT_TRUE(ok(client().destroy(ve::Handle(next))));
}

TEST_F(Proc, ShowsHundredsOfVesOnceEachInSmallReads)
{
    constexpr unsigned count = 300;
    std::vector<std::string> expected = {"0"};
    for (unsigned i = 0; i < count; i++)
        expected.push_back(std::to_string(client().create(fresh_name()).value().id));

    for (const auto& [path, rows] : {std::pair{old_file, 24u}, {all_file, 21u}})
        for (const std::size_t at_once : {100, 1 << 20}) {
            const auto all = lines(read_file(path, at_once).text);
            std::vector<std::string> shown;
            ASSERT_EQ(all.size(), 2 + (count + 1) * rows);
            for (std::size_t i = 2; i < all.size(); i += rows) {
                std::istringstream words(all[i]);
                std::string id;
                words >> id;
                shown.push_back(id.substr(0, id.find(':')));
            }
            EXPECT_EQ(shown, expected);
        }
    for (std::size_t i = 1; i < expected.size(); i++)
        EXPECT_TRUE(ok(client().destroy(ve::Handle(static_cast<ve::Id>(std::stoul(expected[i]))))));
}

TEST_F(Proc, IsReadWhileVesComeAndGo)
{
    const Shared<std::atomic<bool>> stop;
    const auto reader = say([&]() -> std::string {
        while (!*stop) {
            // There, and whole; or not there.
            for (const auto& [path, first, rows] :
                 {std::tuple{old_file, 2u, 24u}, {all_file, 2u, 21u}, {file_of(4711), 0u, 21u}}) {
                const auto read = read_file(path, 1000);
                const bool may_be_gone = first == 0;
                if (may_be_gone && (read.code == ENOENT || read.code == EIO))
                    continue;
                const auto found = lines(read.text).size();
                if (read.code || found < first + rows * !may_be_gone || (found - first) % rows)
                    return path + ": " + strerror(read.code) + ", " + read.text;
            }
            (void)entries("/proc/bc");
            (void)entries(directory_of(4711));
        }
        return {};
    });
    const auto one = outsider(reader);
    const auto two = outsider(reader);

    for (int i = 0; i < 150; i++) {
        const Ve ve(client());
        ASSERT_TRUE(ok(client().create(fresh_name(), 4711)));
        EXPECT_FALSE(client().create(fresh_name(), 4711));
        sched_yield();
        ASSERT_TRUE(ok(client().destroy(ve::Handle(4711))));
    }
    *stop = true;
    EXPECT_EQ(one.hear(), ".");
    EXPECT_EQ(two.hear(), ".");
}

TEST_F(Proc, ModuleCanBeUnloadedWhileFilesAreOpen)
{
    if (!is_loaded())
        GTEST_SKIP() << "VEs are built in";
    std::vector<Fd> files;
    for (const auto& path : {old_file, all_file, file_of(0)}) {
        files.emplace_back(open(path.c_str(), O_RDONLY));
        char byte = 0;
        ASSERT_EQ(read(files.back().get(), &byte, 1), 1);
        files.emplace_back(open(path.c_str(), O_RDONLY));
    }

    ASSERT_EQ(unload(), 0);
    for (const auto& file : files)
        EXPECT_EQ(read_on(file).code, EIO);
    for (const auto& path : {old_file, std::string("/proc/bc")})
        EXPECT_EQ(why_not(path), ENOENT) << path;
    ASSERT_EQ(load("compat_proc=1"), 0);
    for (const auto& file : files)
        EXPECT_EQ(read_on(file).code, EIO) << "it is not the new one's";
    EXPECT_EQ(read_file(old_file).text, header + block({}, is_old, "0:"));
}

TEST_F(Proc, ModuleCanBeUnloadedWhileFilesAreRead)
{
    if (!is_loaded())
        GTEST_SKIP() << "VEs are built in";
    const Shared<std::atomic<bool>> stop;
    const auto reader = outsider(say([&] {
        while (!*stop)
            for (const auto& path : {old_file, all_file, file_of(0)})
                (void)read_file(path, 100);
        return std::string();
    }));

    for (int i = 0; i < 5; i++) {
        ASSERT_EQ(unload(), 0);
        ASSERT_EQ(load("compat_proc=1"), 0);
    }
    *stop = true;
    EXPECT_EQ(reader.hear(), ".");
}

} // namespace behaviour
