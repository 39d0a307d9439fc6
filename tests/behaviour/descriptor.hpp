// SPDX-License-Identifier: GPL-2.0-only
//
// Descriptors handed from one process to another.
#pragma once

#include "process.hpp"

namespace behaviour {

/// A line that descriptors are sent over. Made before the processes are that share it.
class Handover {
  public:
    Handover();

    void send(int fd) const;
    /// The next one. Throws Broken if none comes.
    [[nodiscard]] Fd receive() const;

  private:
    Fd in_;
    Fd out_;
};

} // namespace behaviour
