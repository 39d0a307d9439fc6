// SPDX-License-Identifier: GPL-2.0-only

#include "backends.hpp"

#include <libve/transport.hpp>

#include <linux/ve.h>

#include <array>
#include <utility>

namespace ve {

Transport::~Transport() = default;

std::string_view to_string(Backend backend) noexcept
{
    switch (backend) {
    case Backend::libnl:
        return "libnl";
    case Backend::libmnl:
        return "libmnl";
    }
    return "unknown";
}

std::string_view to_string(Command command) noexcept
{
    constexpr std::array<std::string_view, 16> names{
        "unknown",      "get",         "create",      "destroy",     "set",           "attach",
        "kill",         "member-get",  "created-ntf", "changed-ntf", "destroyed-ntf", "empty-ntf",
        "attached-ntf", "refused-ntf", "refusal-get", "history-get",
    };
    const auto number = static_cast<std::size_t>(command);

    return names.at(number < names.size() ? number : 0);
}

Result<std::shared_ptr<Transport>> open_transport(Backend backend)
{
    auto opened =
        backend == Backend::libnl ? open_libnl(VE_FAMILY_NAME) : open_libmnl(VE_FAMILY_NAME);

    if (!opened)
        return err(std::move(opened).error().with("netlink family \"ve\""));
    return opened;
}

} // namespace ve
