// SPDX-License-Identifier: GPL-2.0-only
//
// Listening to what happens to one VE.
#pragma once

#include "process.hpp"

#include <libve/client.hpp>

#include <string>

namespace behaviour {

class Listener {
  public:
    /// Hears from now on.
    explicit Listener(ve::Backend backend = ve::Backend::libmnl)
        : stream_(ve::EventStream::open(backend).value())
    {
    }

    /// The next event of the VE of that name. Throws Broken if none comes.
    ve::Event next(const std::string& name)
    {
        for (;;) {
            auto event = stream_.next(patience).value();
            if (!event)
                throw Broken("no event of " + name + " comes");
            if (concerns(*event, name))
                return *std::move(event);
        }
    }

    /// The next of that kind: what was told before may come late.
    template <class Kind>
    Kind first(const std::string& name)
    {
        for (;;) {
            auto event = next(name);
            if (auto* const found = std::get_if<Kind>(&event))
                return std::move(*found);
        }
    }

    /// The next, and it is of that kind.
    template <class Kind>
    Kind next(const std::string& name)
    {
        auto event = next(name);
        if (auto* const found = std::get_if<Kind>(&event))
            return std::move(*found);
        throw Broken("the next event of " + name + " is '" + std::string(ve::name_of(event)) +
                     "', not '" + std::string(ve::name_of(Kind())) + "'");
    }

    /// Is there none at the moment, of any VE?
    bool hears_nothing() { return !stream_.next(std::chrono::milliseconds(0)).value(); }

  private:
    static bool concerns(const ve::Event& event, const std::string& name)
    {
        return std::visit(
            [&name](const auto& one) {
                if constexpr (requires { one.name; })
                    return one.name == name;
                else
                    return true; // what was lost may have been of any
            },
            event);
    }

    ve::EventStream stream_;
};

} // namespace behaviour
