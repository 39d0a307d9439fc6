// SPDX-License-Identifier: GPL-2.0-only
//
// Which capabilities `vectl exec` takes from the command it starts, and why.
#pragma once

#include <sys/capability.h>

#include <string>
#include <vector>

namespace vectl {

struct Capability {
    cap_value_t value;
    const char* name; // as libcap writes it, without "cap_"
    bool kept;
    const char* reason; // what it would allow a member, or why it may stay
};

// All that this program knows. What a newer kernel adds is dropped too: a
// capability split off from another one tends to be of the strong sort.
const std::vector<Capability>& capabilities();

bool is_kept(cap_value_t value);

// Takes every capability not kept out of the bounding, permitted, effective,
// inheritable and ambient sets of this process. 0, or an errno, with *failed
// set to the step that met it.
int drop_capabilities(std::string& failed);

// Whether this process holds it now.
bool has_capability(cap_value_t value);

} // namespace vectl
