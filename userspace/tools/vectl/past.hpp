// SPDX-License-Identifier: GPL-2.0-only
//
// What failcnt was at the last vectl show --since-last of this user.
#pragma once

#include <libve/environment.hpp>
#include <libve/result.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace vectl {

class Past {
  public:
    // EBADMSG for what text() did not write.
    static ve::Result<Past> parse(std::string_view text);

    [[nodiscard]] std::string text() const;

    // failcnt becomes what came since. All of it if the VE was not there, or if a
    // counter fell: then it is another VE by the same id and name.
    void subtract_from(ve::Environment& environment) const;

    // Takes the place of what was remembered of it.
    void remember(const ve::Environment& environment);

    // VEs come and go: who was not looked at for longest is forgotten.
    void forget_all_but(std::size_t most);

  private:
    struct Row {
        ve::Id id;
        std::string name;
        std::map<std::string, std::uint64_t> failcnt;
    };

    [[nodiscard]] const Row* find(const ve::Environment& environment) const;

    std::vector<Row> rows_; // the latest last
};

// Below $XDG_STATE_HOME, ~/.local/state or /var/lib. Null is an unset variable; one
// that is no absolute path counts as unset.
std::string past_file(const char* xdg_state_home, const char* home);

// Nothing if there is no file.
ve::Result<Past> load_past(const std::string& path);
// Whole or not at all. Makes the directories.
ve::Result<> save_past(const std::string& path, const Past& past);

} // namespace vectl
