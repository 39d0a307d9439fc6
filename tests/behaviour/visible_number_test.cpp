// SPDX-License-Identifier: GPL-2.0-only
//
// Visible, continued: no answer has a number from outside, nobody hears of all, and the host loses
// nothing.
#include "fixture.hpp"
#include "question.hpp"

#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <linux/taskstats.h>
#include <mqueue.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/ptrace.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <thread>

namespace behaviour {

namespace {

class VisibleNumber : public Host {
  protected:
    const Ve ve{client};
};

std::string field_of_status(const std::string& path, const std::string& name)
{
    const auto text = contents(path);
    const auto at = text.find("\n" + name + ":");
    if (at == std::string::npos)
        return "no " + name;
    std::istringstream rest(text.substr(at + name.size() + 2));
    std::string value;
    rest >> value;
    return value;
}

// Field of /proc/PID/stat, counted from 1 as in proc(5).
std::int64_t field_of_stat(const std::string& path, int number)
{
    const auto text = contents(path);
    std::istringstream rest(text.substr(text.rfind(')') + 1));
    std::string value;
    for (int i = 2; i < number; i++)
        rest >> value;
    return std::stoll(value);
}

} // namespace

// Answers with a number.

TEST_F(VisibleNumber, ParentOutsideHasNoNumber)
{
    const auto observer = member(ve, [](Link& link) {
        link.tell(getppid());
        link.tell(field_of_status("/proc/self/status", "PPid"));
        link.tell(field_of_stat("/proc/self/stat", 4));
        hang();
    });
    EXPECT_EQ(observer.hear_number(), 0);
    EXPECT_EQ(observer.hear(), "0");
    EXPECT_EQ(observer.hear_number(), 0);
    EXPECT_EQ(field_of_status("/proc/" + std::to_string(observer.pid()) + "/status", "PPid"),
              std::to_string(getpid()))
        << "the host loses nothing";
}

TEST_F(VisibleNumber, ParentInsideHasItsNumber)
{
    const auto observer = member(ve, [](Link& link) {
        const pid_t parent = getpid();
        const pid_t child = fork_child([parent] {
            return getppid() == parent &&
                           field_of_status("/proc/self/status", "PPid") == std::to_string(parent)
                       ? 0
                       : 1;
        });
        link.tell(reap(child));
        hang();
    });
    EXPECT_EQ(observer.hear_number(), 0);
}

TEST_F(VisibleNumber, TracerOutsideHasNoNumber)
{
    const auto observer = member(ve, [](Link& link) {
        (void)link.hear();
        link.tell(field_of_status("/proc/self/status", "TracerPid"));
        hang();
    });
    ASSERT_EQ(ptrace(PTRACE_SEIZE, observer.pid(), nullptr, nullptr), 0);
    observer.tell();
    EXPECT_EQ(observer.hear(), "0");
    EXPECT_EQ(field_of_status("/proc/" + std::to_string(observer.pid()) + "/status", "TracerPid"),
              std::to_string(getpid()));
}

TEST_F(VisibleNumber, PeerOutsideHasNoNumber)
{
    int pair[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    const Fd ours(pair[0]);
    const Fd theirs(pair[1]);
    const auto observer = member(ve, [&](Link& link) {
        const int on = 1;
        setsockopt(theirs.get(), SOL_SOCKET, SO_PASSCRED, &on, sizeof(on));
        ucred peer{};
        socklen_t size = sizeof(peer);
        getsockopt(theirs.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size);
        link.tell(peer.pid);
        char byte = 0;
        iovec data{&byte, 1};
        alignas(cmsghdr) char control[CMSG_SPACE(sizeof(ucred))] = {};
        msghdr message{};
        message.msg_iov = &data;
        message.msg_iovlen = 1;
        message.msg_control = control;
        message.msg_controllen = sizeof(control);
        if (recvmsg(theirs.get(), &message, 0) != 1)
            broken("recvmsg");
        std::memcpy(&peer, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(peer));
        link.tell(peer.pid);
        hang();
    });
    EXPECT_EQ(observer.hear_number(), 0);
    EXPECT_EQ(write(ours.get(), "x", 1), 1);
    EXPECT_EQ(observer.hear_number(), 0);
}

TEST_F(VisibleNumber, OwnerOfALockOutsideHasNoNumber)
{
    char name[] = "/tmp/ve-lock-XXXXXX";
    const Fd file(mkostemp(name, O_CLOEXEC));

    struct flock lock {};

    lock.l_type = F_WRLCK;
    ASSERT_EQ(fcntl(file.get(), F_SETLK, &lock), 0);
    const auto observer = member(ve, [&](Link& link) {
        const Fd own(open(name, O_RDWR | O_CLOEXEC));
        struct flock asked {};
        asked.l_type = F_WRLCK;
        if (fcntl(own.get(), F_GETLK, &asked) < 0)
            broken("F_GETLK");
        link.tell(asked.l_type == F_WRLCK ? asked.l_pid : -7);
        struct stat found {};
        fstat(own.get(), &found);
        link.tell(contents("/proc/locks").find(":" + std::to_string(found.st_ino) + " ") ==
                  std::string::npos);
        hang();
    });
    EXPECT_EQ(observer.hear_number(), 0);
    EXPECT_EQ(observer.hear_number(), 1);
    unlink(name);
}

TEST_F(VisibleNumber, MakerOfAnIpcObjectOutsideHasNoNumber)
{
    const int segment = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0666);
    void* const at = shmat(segment, nullptr, 0);
    const int queue = msgget(IPC_PRIVATE, IPC_CREAT | 0666);
    const int semaphore = semget(IPC_PRIVATE, 1, IPC_CREAT | 0666);

    struct {
        long type;
        char text[4];
    } message{1, "abc"};

    ASSERT_EQ(msgsnd(queue, &message, 4, 0), 0);
    sembuf up{0, 1, 0};
    ASSERT_EQ(semop(semaphore, &up, 1), 0);
    const auto observer = member(ve, [&](Link& link) {
        shmid_ds shm{};
        msqid_ds msg{};
        shmctl(segment, IPC_STAT, &shm);
        msgctl(queue, IPC_STAT, &msg);
        link.tell(std::to_string(shm.shm_cpid) + " " + std::to_string(shm.shm_lpid) + " " +
                  std::to_string(msg.msg_lspid) + " " + std::to_string(msg.msg_lrpid) + " " +
                  std::to_string(semctl(semaphore, 0, GETPID)));
        std::istringstream lines(contents("/proc/sysvipc/shm"));
        std::string line;
        while (std::getline(lines, line)) {
            std::istringstream words(line);
            std::int64_t key = 0, id = -1, mode = 0, size = 0, cpid = -1, lpid = -1;
            words >> key >> id >> mode >> size >> cpid >> lpid;
            if (id == segment)
                link.tell(std::to_string(cpid) + " " + std::to_string(lpid));
        }
        hang();
    });
    EXPECT_EQ(observer.hear(), "0 0 0 0 0");
    EXPECT_EQ(observer.hear(), "0 0");
    shmid_ds shm{};
    shmctl(segment, IPC_STAT, &shm);
    EXPECT_EQ(shm.shm_cpid, getpid());
    shmdt(at);
    shmctl(segment, IPC_RMID, nullptr);
    msgctl(queue, IPC_RMID, nullptr);
    semctl(semaphore, 0, IPC_RMID);
}

TEST_F(VisibleNumber, SenderOfASignalOutsideHasNoNumber)
{
    const auto observer = member(ve, [](Link& link) {
        sigset_t set;
        sigemptyset(&set);
        for (const int number : {SIGUSR1, SIGUSR2, SIGRTMIN})
            sigaddset(&set, number);
        sigprocmask(SIG_BLOCK, &set, nullptr);
        link.tell("ready");
        for (;;) {
            siginfo_t info{};
            const timespec soon{30, 0};
            if (sigtimedwait(&set, &info, &soon) < 0)
                broken("sigtimedwait");
            link.tell(std::to_string(info.si_code) + " " + std::to_string(info.si_pid));
        }
    });
    (void)observer.hear();
    kill(observer.pid(), SIGUSR1);
    EXPECT_EQ(observer.hear(), std::to_string(SI_USER) + " 0");
    syscall(SYS_tgkill, observer.pid(), observer.pid(), SIGUSR2);
    EXPECT_EQ(observer.hear(), std::to_string(SI_USER) + " 0") << "as glibc calls SI_TKILL";
    sigqueue(observer.pid(), SIGRTMIN, {});
    EXPECT_EQ(observer.hear(), std::to_string(SI_QUEUE) + " 0");
    const Fd pidfd = open_pidfd(observer.pid());
    syscall(SYS_pidfd_send_signal, pidfd.get(), SIGUSR1, nullptr, 0);
    EXPECT_EQ(observer.hear(), std::to_string(SI_USER) + " 0");
    const auto sender = member(ve, [&](Link& link) {
        kill(observer.pid(), SIGUSR1);
        link.tell("sent");
        hang();
    });
    (void)sender.hear();
    EXPECT_EQ(observer.hear(), std::to_string(SI_USER) + " " + std::to_string(sender.pid()));
}

TEST_F(VisibleNumber, PidfdBroughtAlongReachesNobody)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    const auto target = outsider([&](Link& link) {
        sigprocmask(SIG_BLOCK, &set, nullptr);
        link.tell("ready");
        siginfo_t info{};
        sigwaitinfo(&set, &info);
        link.tell(info.si_pid);
        hang();
    });
    (void)target.hear();
    // By what it had before.
    const auto sender = outsider([this, &target](Link& link) {
        join(ve.handle());
        link.tell(syscall(SYS_pidfd_send_signal, target.pidfd(), SIGUSR1, nullptr, 0) < 0 ? errno
                                                                                          : 0);
        hang();
    });
    EXPECT_EQ(sender.hear_number(), EPERM) << "by a pidfd that it brought along";
    kill(target.pid(), SIGUSR1);
    EXPECT_EQ(target.hear_number(), getpid());
}

TEST_F(VisibleNumber, OwnerOfADescriptorOutsideHasNoNumber)
{
    const Fd shared(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(fcntl(shared.get(), F_SETOWN, getpid()), 0);
    const auto observer = member(ve, [&](Link& link) {
        f_owner_ex owner{};
        fcntl(shared.get(), F_GETOWN_EX, &owner);
        link.tell(std::to_string(fcntl(shared.get(), F_GETOWN)) + " " + std::to_string(owner.pid));
        fcntl(shared.get(), F_SETOWN, getpid());
        link.tell(fcntl(shared.get(), F_GETOWN) == getpid());
        hang();
    });
    EXPECT_EQ(observer.hear(), "0 0");
    EXPECT_EQ(observer.hear_number(), 1);
    EXPECT_EQ(fcntl(shared.get(), F_GETOWN), observer.pid());
}

TEST_F(VisibleNumber, ProcessOfAPidfdThatWasPassedHasNoNumber)
{
    const auto target = outsider();
    const Fd pidfd = open_pidfd(target.pid());
    const auto observer = member(ve, [&](Link& link) {
        const auto path = "/proc/self/fdinfo/" + std::to_string(pidfd.get());
        link.tell(field_of_status(path, "Pid"));
        const bool denied = syscall(SYS_pidfd_send_signal, pidfd.get(), 0, nullptr, 0) < 0;
        link.tell(denied ? errno : 0);
        siginfo_t info{};
        link.tell(waitid(static_cast<idtype_t>(3), static_cast<id_t>(pidfd.get()), &info,
                         WEXITED | WNOHANG) < 0
                      ? errno
                      : 0);
        // PIDFD_GET_INFO, on kernels that have it: there is an end to it.
        alignas(8) char room[64] = {};
        const int got = ioctl(pidfd.get(), 0xc040ff0bu, room);
        link.tell(got < 0 ? errno : 0);
        hang();
    });
    EXPECT_EQ(observer.hear(), "0");
    EXPECT_EQ(observer.hear_number(), EPERM);
    EXPECT_EQ(observer.hear_number(), ECHILD);
    EXPECT_NE(observer.hear_number(), 0);
}

TEST_F(VisibleNumber, ProcessesOutsideInACgroupAreZeros)
{
    const auto target = outsider();
    const std::string group = "/sys/fs/cgroup/ve-visible";
    std::filesystem::create_directory(group);
    std::ofstream(group + "/cgroup.procs") << target.pid();
    const auto observer = member(ve, [&](Link& link) {
        link.tell(contents(group + "/cgroup.procs"));
        hang();
    });
    EXPECT_EQ(observer.hear(), "0\n");
    EXPECT_EQ(contents(group + "/cgroup.procs"), std::to_string(target.pid()) + "\n");
    target.signal(SIGKILL);
    target.await_death();
}

// Ways to hear of all.

TEST_F(VisibleNumber, NoSocketTellsOfAllThatComesAndGoes)
{
    const auto code = [] {
        const Fd fd(socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_CONNECTOR));
        return fd.get() < 0 ? errno : 0;
    };
    EXPECT_EQ(code(), 0) << "on the host";
    const auto observer = member(ve, [&](Link& link) {
        link.tell(code());
        hang();
    });
    EXPECT_EQ(observer.hear_number(), EPROTONOSUPPORT);
}

TEST_F(VisibleNumber, NobodyHearsOfAllThatEnds)
{
    // TASKSTATS_CMD_ATTR_REGISTER_CPUMASK
    const auto listen = [] {
        const std::unique_ptr<nl_sock, decltype(&nl_socket_free)> sock(nl_socket_alloc(),
                                                                       nl_socket_free);
        if (genl_connect(sock.get()) < 0)
            broken("generic netlink");
        const int family = genl_ctrl_resolve(sock.get(), TASKSTATS_GENL_NAME);
        const std::unique_ptr<nl_msg, decltype(&nlmsg_free)> message(nlmsg_alloc(), nlmsg_free);
        genlmsg_put(message.get(), NL_AUTO_PORT, NL_AUTO_SEQ, family, 0, NLM_F_ACK,
                    TASKSTATS_CMD_GET, TASKSTATS_GENL_VERSION);
        nla_put_string(message.get(), TASKSTATS_CMD_ATTR_REGISTER_CPUMASK, "0");
        nl_send_auto(sock.get(), message.get());
        return nl_recvmsgs_default(sock.get());
    };
    EXPECT_EQ(listen(), 0) << "on the host";
    const auto observer = member(ve, [&](Link& link) {
        link.tell(listen());
        hang();
    });
    EXPECT_EQ(observer.hear_number(), -NLE_INVAL);
}

TEST_F(VisibleNumber, WhatThereIsOncePerPidNamespaceIsTheHosts)
{
    const auto act = [] {
        const Fd last(open("/proc/sys/kernel/ns_last_pid", O_RDWR | O_CLOEXEC));
        const auto set = write(last.get(), "400", 3) == 3 ? 0 : errno;
        return std::to_string(set) + " " + std::to_string(acct(nullptr) < 0 ? errno : 0);
    };
    EXPECT_EQ(act(), "0 0") << "on the host";
    const auto observer = member(ve, [&](Link& link) {
        link.tell(act());
        if (unshare(CLONE_NEWPID) < 0)
            broken("unshare");
        const pid_t child = fork_child([&] {
            link.tell(act());
            return 0;
        });
        (void)reap(child);
        hang();
    });
    EXPECT_EQ(observer.hear(), std::to_string(EPERM) + " " + std::to_string(EPERM));
    EXPECT_EQ(observer.hear(), "0 0") << "in a namespace of its own";
}

TEST_F(VisibleNumber, PeerOutsideHasNoPidfd)
{
    constexpr int peer_pidfd = 77; // SO_PEERPIDFD
    int pair[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    const Fd ours(pair[0]);
    const Fd theirs(pair[1]);
    const auto ask = [&] {
        int got = -1;
        socklen_t size = sizeof(got);
        if (getsockopt(theirs.get(), SOL_SOCKET, peer_pidfd, &got, &size) < 0)
            return errno;
        close(got);
        return 0;
    };
    const int on_the_host = ask();
    EXPECT_TRUE(on_the_host == 0 || on_the_host == ENOPROTOOPT) << "older kernels have none";
    const auto observer = member(ve, [&](Link& link) {
        link.tell(ask());
        hang();
    });
    EXPECT_EQ(observer.hear_number(), on_the_host ? on_the_host : ESRCH);
}

TEST_F(VisibleNumber, SenderOfAMessageOutsideHasNoNumber)
{
    const auto name = "/" + fresh_name();
    mq_attr attributes{};
    attributes.mq_maxmsg = 2;
    attributes.mq_msgsize = 16;
    const mqd_t queue = mq_open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600, &attributes);
    ASSERT_NE(queue, -1);
    const auto observer = member(ve, [&](Link& link) {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGUSR1);
        sigprocmask(SIG_BLOCK, &set, nullptr);
        sigevent event{};
        event.sigev_notify = SIGEV_SIGNAL;
        event.sigev_signo = SIGUSR1;
        if (mq_notify(queue, &event) < 0)
            broken("mq_notify");
        link.tell("ready");
        siginfo_t info{};
        sigwaitinfo(&set, &info);
        link.tell(std::to_string(info.si_code) + " " + std::to_string(info.si_pid));
        hang();
    });
    (void)observer.hear();
    EXPECT_EQ(mq_send(queue, "abc", 4, 0), 0);
    EXPECT_EQ(observer.hear(), std::to_string(SI_MESGQ) + " 0");
    mq_close(queue);
    mq_unlink(name.c_str());
}

TEST_F(VisibleNumber, MemberIsMeasuredByTheHostWithAllNumbers)
{
    // Who follows whom on a processor, as the kernel says in the context of who goes.
    cpu_set_t first;
    CPU_ZERO(&first);
    CPU_SET(0, &first);
    const auto yield = [first](Link& link) {
        sched_setaffinity(0, sizeof(first), &first);
        link.tell("ready");
        for (;;)
            sched_yield();
    };
    const auto outside = outsider(yield);
    const auto inside = member(ve, yield);
    (void)outside.hear();
    (void)inside.hear();

    perf_event_attr attributes{};
    attributes.type = PERF_TYPE_SOFTWARE;
    attributes.size = sizeof(attributes);
    attributes.config = PERF_COUNT_SW_DUMMY;
    attributes.context_switch = 1;
    attributes.sample_id_all = 1;
    attributes.sample_type = PERF_SAMPLE_TID;
    const Fd event(static_cast<int>(
        syscall(SYS_perf_event_open, &attributes, -1, 0, -1, PERF_FLAG_FD_CLOEXEC)));
    ASSERT_GE(event.get(), 0);
    constexpr std::size_t room = 64 * 4096;
    auto* const ring = static_cast<char*>(
        mmap(nullptr, 4096 + room, PROT_READ | PROT_WRITE, MAP_SHARED, event.get(), 0));
    ASSERT_NE(ring, MAP_FAILED);
    std::this_thread::sleep_for(200ms);
    ioctl(event.get(), PERF_EVENT_IOC_DISABLE, 0);

    const auto* const control = reinterpret_cast<const perf_event_mmap_page*>(ring);

    struct Switch {
        perf_event_header header;
        std::uint32_t other, other_thread, current, current_thread;
    };

    int named = 0;
    int unnamed = 0;
    for (std::uint64_t at = 0; at + sizeof(Switch) <= control->data_head && at < room - 64;) {
        const auto* const record = reinterpret_cast<const Switch*>(ring + 4096 + at);
        at += record->header.size;
        if (record->header.type != PERF_RECORD_SWITCH_CPU_WIDE ||
            record->current != static_cast<std::uint32_t>(inside.pid()))
            continue;
        if (record->other == static_cast<std::uint32_t>(outside.pid()))
            named++;
        else if (record->other == 0 && record->other_thread == 0)
            unnamed++;
    }
    EXPECT_GT(named, 20);
    EXPECT_LE(unnamed, 2) << "but for the processor's idle task";
    munmap(ring, 4096 + room);
}

TEST_F(VisibleNumber, NumbersCannotBeTried)
{
    const auto choose = [](pid_t number) {
        clone_args arguments{};
        arguments.exit_signal = SIGCHLD;
        arguments.set_tid = reinterpret_cast<std::uint64_t>(&number);
        arguments.set_tid_size = 1;
        const auto child = static_cast<pid_t>(syscall(SYS_clone3, &arguments, sizeof(arguments)));
        if (child == 0)
            _exit(0);
        if (child < 0)
            return errno;
        (void)reap(child);
        return 0;
    };
    const pid_t unused = nobodys_number();
    EXPECT_EQ(choose(unused), 0) << "on the host";
    const auto observer = member(ve, [&](Link& link) {
        link.tell(choose(1));
        link.tell(choose(unused));
        link.tell(choose(-1));
        // Of its own pid namespace a member chooses as it likes.
        if (unshare(CLONE_NEWPID) < 0)
            broken("unshare");
        link.tell(choose(1));
        hang();
    });
    EXPECT_EQ(observer.hear_number(), EPERM);
    EXPECT_EQ(observer.hear_number(), EPERM);
    EXPECT_EQ(observer.hear_number(), EINVAL) << "as on the host";
    EXPECT_EQ(observer.hear_number(), 0);
}

// What a process had before it was attached.

TEST_F(VisibleNumber, ChildLeftOutsideCanBeWaitedForByItsNumber)
{
    const auto parent = outsider([this](Link& link) {
        Link* const line = &link;
        const pid_t child = fork_child([line] {
            (void)line->hear();
            return 3;
        });
        const pid_t other = fork_child([] {
            hang();
            return 0;
        });
        join(ve.handle());
        int status = 0;
        link.tell(waitpid(child, &status, WNOHANG));
        link.tell(kill(other, 0) < 0 ? errno : 0);
        link.tell(kill(-1, SIGKILL) < 0 ? errno : 0);
        const pid_t ended = waitpid(child, &status, 0);
        link.tell(ended == child ? status : -1);
        link.tell(waitpid(other, &status, WNOHANG));
        hang();
    });
    EXPECT_EQ(parent.hear_number(), 0);
    EXPECT_EQ(parent.hear_number(), ESRCH) << "it is outside";
    const auto all = parent.hear_number();
    EXPECT_TRUE(all == 0 || all == ESRCH) << all;
    parent.tell();
    EXPECT_EQ(parent.hear_number(), 3 << 8);
    EXPECT_EQ(parent.hear_number(), 0) << "kill(-1) must not have reached it";
}

TEST_F(VisibleNumber, ThreadsOfAProcessAreItsOwnWhileItIsAttached)
{
    // Its own number is never 0, and neither is that of a child, while it is attached.
    for (int i = 0; i < 20; i++) {
        const auto forker = outsider([](Link& link) {
            std::atomic<bool> wrong{false};
            std::atomic<bool> stop{false};
            const pid_t own = getpid();
            std::vector<std::thread> threads;
            for (int j = 0; j < 2; j++)
                threads.emplace_back([&] {
                    while (!stop) {
                        if (syscall(SYS_getpid) != own || syscall(SYS_gettid) == 0)
                            wrong = true;
                        const auto child = static_cast<pid_t>(syscall(SYS_fork));
                        if (child == 0) {
                            if (syscall(SYS_getpid) == own)
                                kill(own, SIGKILL);
                            _exit(0);
                        }
                        if (child > 0)
                            (void)waitpid(child, nullptr, 0);
                    }
                });
            link.tell("ready");
            (void)link.hear();
            stop = true;
            for (auto& thread : threads)
                thread.join();
            link.tell(wrong);
            hang();
        });
        (void)forker.hear();
        ASSERT_TRUE(ok(client.attach_pid(ve.handle(), forker.pid())));
        forker.tell();
        EXPECT_EQ(forker.hear_number(), 0);
    }
}

} // namespace behaviour
