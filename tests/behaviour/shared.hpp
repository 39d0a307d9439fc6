// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "process.hpp"

#include <sys/mman.h>

#include <new>

namespace behaviour {

/// An object that a test and its processes share: they see it change.
template <class T>
class Shared {
  public:
    Shared()
    {
        void* const place =
            mmap(nullptr, sizeof(T), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        if (place == MAP_FAILED)
            broken("mmap");
        object_ = new (place) T();
    }

    Shared(const Shared&) = delete;
    Shared& operator=(const Shared&) = delete;

    ~Shared() { munmap(object_, sizeof(T)); }

    T* operator->() const { return object_; }

    T& operator*() const { return *object_; }

  private:
    T* object_;
};

} // namespace behaviour
