// SPDX-License-Identifier: GPL-2.0-only
#include "../advice.hpp"
#include "../capabilities.hpp"
#include "../commands.hpp"
#include "../output.hpp"
#include "../usage_error.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ostream>

namespace po = boost::program_options;

namespace vectl {

namespace {

po::options_description options()
{
    po::options_description all;
    all.add_options()("privileged", "leave all capabilities to the command");
    return all;
}

int fail_with_errno(Context& context, const std::string& doing, int code, int status)
{
    ve::Error error;
    error.code = code;
    error.sentence = strerror(code);
    context.err << "vectl: " << printable(describe(doing, error)) << '\n';
    return status;
}

int become(const Words& command, const std::string& doing, Context& context)
{
    std::vector<char*> argv;
    for (const auto& word : command)
        argv.push_back(const_cast<char*>(word.c_str())); // execvp() changes none
    argv.push_back(nullptr);

    context.out.flush();
    context.err.flush();
    execvp(argv[0], argv.data());

    const int code = errno;
    return fail_with_errno(context, doing + ": " + command[0], code,
                           code == ENOENT ? status_not_found : status_not_executable);
}

int run(const Words& words, Context& context)
{
    const auto request = parse_exec(words);
    const auto doing = "exec " + request.handle.to_string();

    {
        auto client = context.connect();
        if (!client)
            return fail(context, doing, client.error(), {}, status_exec_failed);

        // ORDER: attach, drop, exec. Attaching needs CAP_SYS_ADMIN, and until
        // the exec other members can do nothing to this process.
        if (const auto attached = client->attach_self(request.handle); !attached)
            return fail(context, doing, attached.error(),
                        {{EAGAIN, "the VE is full: see vectl show " + request.handle.to_string()}},
                        status_exec_failed);
    }

    if (!request.privileged) {
        std::string failed;
        if (const int code = drop_capabilities(failed)) {
            fail_with_errno(context, doing + ": " + failed, code, status_exec_failed);
            if (code == EPERM)
                context.err << "vectl: dropping needs CAP_SETPCAP; --privileged drops nothing\n";
            return status_exec_failed;
        }
    }
    return become(request.command, doing, context);
}

} // namespace

ExecRequest parse_exec(const Words& words)
{
    // Options end with NAME, so that those of CMD need no "--" before them.
    auto name = words.begin();
    while (name != words.end() && name->size() > 1 && name->front() == '-' && *name != "--")
        ++name;
    const Words own(words.begin(), name);
    Words operands(name, words.end());
    if (!operands.empty() && operands.front() == "--")
        operands.erase(operands.begin());
    if (operands.size() > 1 && operands[1] == "--")
        operands.erase(operands.begin() + 1);

    const Arguments arguments(own, options(), {"", 0, 0});
    if (operands.size() < 2)
        throw UsageError("too few arguments: expected NAME -- CMD...");
    return {parse_handle(operands[0]), arguments.has("privileged"),
            Words(operands.begin() + 1, operands.end())};
}

const Command exec_command = {
    .name = "exec",
    .summary = "run a command as a member",
    .usage = "[--privileged] NAME -- CMD...",
    .description =
        "Joins the VE, drops the capabilities that reach beyond a VE, and becomes CMD.\n"
        "Exits as CMD does; 125 if vectl failed, 126 if CMD cannot be run, 127 if there is none.",
    .options = options,
    .run = run,
    .runs_another = true,
};

} // namespace vectl
