// SPDX-License-Identifier: GPL-2.0-only

#include <libve/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

namespace ve {

std::string Error::what() const
{
    std::string text;

    std::for_each(context.rbegin(), context.rend(),
                  [&](const auto& layer) { text += layer + ": "; });

    const char* name = strerrorname_np(code);
    const char* description = strerrordesc_np(code);
    if (!sentence.empty())
        text += sentence;
    else
        text += description ? description : "unknown error";

    text += name ? fmt::format(" ({}", name) : fmt::format(" (errno {}", code);
    if (!attribute.empty())
        text += fmt::format(", {}", attribute);
    return text + ")";
}

Error&& Error::with(std::string outer) &&
{
    context.push_back(std::move(outer));
    return std::move(*this);
}

} // namespace ve
