// SPDX-License-Identifier: GPL-2.0-only
//
// Others at a function that refuses for us: a BPF program that looks at its result, a tracer. Not for
// kernels that have VEs built in.
#include "fixture.hpp"
#include "loading.hpp"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <set>
#include <sstream>

namespace behaviour {

namespace {

// The empty program at a function of the kernel, run when that returns (or at its entry).
Fd watch(const char* function, bpf_attach_type where)
{
    const int function_id = libbpf_find_vmlinux_btf_id(function, where);
    if (function_id < 0)
        throw Broken(std::string("no BTF for ") + function);
    // r0 = 0; exit
    std::array<bpf_insn, 2> program{};
    program[0].code = BPF_ALU64 | BPF_MOV | BPF_K;
    program[1].code = BPF_JMP | BPF_EXIT;
    bpf_prog_load_opts options{};
    options.sz = sizeof(options);
    options.expected_attach_type = where;
    options.attach_btf_id = static_cast<__u32>(function_id);
    const Fd loaded(bpf_prog_load(BPF_PROG_TYPE_TRACING, "ve_gate_test", "GPL", program.data(),
                                  program.size(), &options));
    if (loaded.get() < 0)
        broken("bpf_prog_load");
    Fd link(bpf_raw_tracepoint_open(nullptr, loaded.get()));
    if (link.get() < 0)
        broken("bpf_raw_tracepoint_open");
    return link;
}

class Gate : public Behaviour {
  protected:
    void SetUp() override
    {
        if (!is_loaded())
            GTEST_SKIP() << "VEs are built in: nothing is hooked";
        Behaviour::SetUp();
    }
};

OVER_BOTH_BACKENDS(Gate);

} // namespace

TEST_P(Gate, RefusesWithItsOwnErrnoWhileBpfWatchesTheFunction)
{
    for (const auto where : {BPF_TRACE_FENTRY, BPF_TRACE_FEXIT}) {
        const Ve ve(client, {numproc(1)});
        const auto watched = watch("security_task_alloc", where);
        const auto process = member(ve, [](Link& link) {
            for (int i = 0; i < 100; i++) {
                const pid_t child = fork_child([] { return 0; });
                if (child >= 0 || errno != EAGAIN) {
                    link.tell(child >= 0 ? 0 : errno);
                    hang();
                }
            }
            link.tell(EAGAIN);
            hang();
        });

        EXPECT_EQ(process.hear_number(), EAGAIN);
        EXPECT_EQ(ve.numproc().failcnt, 100u);
        EXPECT_EQ(ve.held(), 1u);
    }
}

TEST_P(Gate, IsPassedWhileTheHostTracesTheFunction)
{
    const auto tell = [](const char* file, const char* text) {
        const Fd control(open((std::string("/sys/kernel/tracing/") + file).c_str(),
                              O_WRONLY | O_TRUNC | O_CLOEXEC));
        if (write(control.get(), text, strlen(text)) < 0)
            broken(file);
    };
    const auto outside = outsider();
    const Ve ve(client, {numproc(2)});
    const auto process = member(ve, [&](Link& link) {
        for (;;) {
            const auto other = static_cast<pid_t>(link.hear_number());
            link.tell(kill(other, 0) ? errno : 0);
            const pid_t child = fork_child([] { return 0; });
            link.tell(child < 0 ? errno : 0);
            waitpid(child, nullptr, 0);
            std::string pids;
            for (const pid_t pid : processes())
                pids += std::to_string(pid) + " ";
            link.tell(pids);
        }
    });
    const auto second = member(ve);
    const auto expect = [&] {
        process.tell(std::to_string(outside.pid()));
        EXPECT_EQ(process.hear_number(), ESRCH);
        EXPECT_EQ(process.hear_number(), EAGAIN);
        std::set<pid_t> pids;
        std::istringstream told(process.hear());
        for (pid_t pid = 0; told >> pid;)
            pids.insert(pid);
        EXPECT_EQ(pids, (std::set{process.pid(), second.pid()}));
    };

    for (const auto* tracer : {"function", "function_graph"}) {
        expect();
        tell("set_ftrace_filter", "find_vpid\nfind_ge_pid\npid_nr_ns\nsecurity_task_alloc\n");
        tell("current_tracer", tracer);
        expect();
        tell("current_tracer", "nop");
        tell("set_ftrace_filter", "");
        expect();
    }
}

} // namespace behaviour
