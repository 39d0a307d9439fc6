# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# The machine: QEMU's arguments and the kernel's command line.
# Sourced by tools/vm, whose variables these are:
# shellcheck disable=SC2154

# shellcheck disable=SC2054 # the commas are QEMU's
qemu_args() {
	local words="console=ttyS0 loglevel=5 panic=-1 oops=panic softlockup_panic=1 hung_task_panic=1"
	# An emulated processor on a busy machine is slow, not stuck.
	words+=" watchdog_thresh=30 rcupdate.rcu_cpu_stall_timeout=60 random.trust_cpu=on"
	# On a busy machine the timer's first ticks may come too late for a kernel that counts them.
	words+=" no_timer_check"
	# Without these two, kernels with two processors hang now and then while they calibrate.
	words+=" tsc=reliable clocksource=tsc"

	args=(-nodefaults -no-user-config -nic none -display none -no-reboot
		-machine q35,sata=off,smbus=off -smp "$smp" -m "$memory")
	if [[ $accel == kvm ]]; then
		args+=(-accel kvm -cpu host)
	elif [[ -n $icount ]]; then
		# Two processors take turns on one thread; a coarser clock makes the turns shorter.
		local shift=0
		((smp == 1)) || shift=3
		# sleep=off lets the clock leap while the guest waits. In a sealed guest it waits
		# for itself only, and no host time leaks in. One that waits for the host's files
		# would see hours go by.
		args+=(-accel tcg,thread=single -cpu max -seed 1
			-rtc "base=2024-01-01T00:00:00,clock=vm"
			-icount "shift=$shift${sealed:+,sleep=off}")
		words+=" nokaslr norandmaps randomize_kstack_offset=off"
	else
		args+=(-accel tcg -cpu max)
	fi

	# ioeventfd=off: a write to a port is over when the instruction is, not when another thread got to it.
	args+=(-kernel "$image" -initrd "$run/initrd" -append "$words $append"
		-chardev "file,id=console,path=$run/console.log" -serial chardev:console
		-device isa-debug-exit,iobase=0xf4,iosize=0x04
		-device virtio-serial-pci,ioeventfd=off
		-chardev "file,id=stdout,path=$run/stdout" -device virtserialport,chardev=stdout,nr=1
		-chardev "file,id=stderr,path=$run/stderr" -device virtserialport,chardev=stderr,nr=2
		-chardev "file,id=verdict,path=$run/verdict" -device virtserialport,chardev=verdict,nr=3)
	if [[ -n $sealed ]]; then
		args+=(-chardev "file,id=out,path=$run/out.tar" -device virtserialport,chardev=out,nr=4)
		return
	fi
	args+=(-fsdev local,id=root,path=/,security_model=none,readonly=on,multidevs=remap
		-device virtio-9p-pci,fsdev=root,mount_tag=root
		-fsdev "local,id=out,path=$out,security_model=none"
		-device virtio-9p-pci,fsdev=out,mount_tag=out)
}
