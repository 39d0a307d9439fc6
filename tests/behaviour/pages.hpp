// SPDX-License-Identifier: GPL-2.0-only
//
// Memory that processes share, and what becomes of those who ask for more than there is.
#pragma once

#include "process.hpp"

#include <cstddef>
#include <functional>
#include <string>

namespace behaviour {

/// Of this machine.
inline constexpr std::size_t page_size = 4096;

/// What touching memory comes to if there is none: no errno, but beside them.
inline constexpr int bus_error = 1000;

/// Touch each of so many pages. 0, or bus_error at the first that is not to be had.
int touch(void* place, std::size_t pages);

/// Write so many pages to a file, at its end. 0 or errno.
int write_pages(int file, std::size_t pages);

/// A file that has no name. Throws Broken if there is none to be had.
int new_memfd();

/// Give a file so many pages, from its start. 0 or errno.
int allocate(int file, std::size_t pages);

/// Use so many pages of a file, mapped; it gets as large. What @p use returns, or errno.
int mapped(int file, std::size_t pages, const std::function<int(void*)>& use);

/// A tmpfs of its own.
class Tmpfs {
  public:
    explicit Tmpfs(const char* options = "");
    Tmpfs(const Tmpfs&) = delete;
    Tmpfs& operator=(const Tmpfs&) = delete;
    ~Tmpfs();

    [[nodiscard]] std::string path(const std::string& name) const { return place_ + "/" + name; }

  private:
    std::string place_ = "/tmp/ve-shm-XXXXXX";
};

} // namespace behaviour
