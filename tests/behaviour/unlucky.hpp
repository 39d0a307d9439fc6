// SPDX-License-Identifier: GPL-2.0-only
//
// A member that is refused, when it is told to be.
#pragma once

#include "fixture.hpp"

#include <signal.h>
#include <sys/prctl.h>

#include <string>

namespace behaviour {

/// The VE has to have no room for another process.
class Unlucky {
  public:
    explicit Unlucky(const Ve& ve, const char* name = "unlucky")
        : process_(member(ve, [name](Link& link) {
              prctl(PR_SET_NAME, name);
              for (;;) {
                  for (auto left = link.hear_number(); left > 0; left--)
                      if (fork_child([] { return 0; }) >= 0)
                          throw Broken("a fork was not refused");
                  link.tell("refused");
              }
          }))
    {
    }

    /// Fork in vain, so many times.
    void be_refused(int times = 1)
    {
        process_.tell(std::to_string(times));
        if (process_.hear() != "refused")
            throw Broken("the member said something else");
    }

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }

    /// Kill and reap it.
    void end()
    {
        process_.signal(SIGKILL);
        process_.reap();
    }

  private:
    Process process_;
    pid_t pid_ = process_.pid();
};

} // namespace behaviour
