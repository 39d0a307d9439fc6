# SPDX-License-Identifier: GPL-2.0-only
# A thin layer over tools/ and tests/: every target is one script, or a room's own build.

KERNEL ?= 6.12
KERNELS ?= 6.1 6.12
JOBS ?= $(shell nproc)
# For `make install` on a host.
DESTDIR ?=
prefix ?= /usr/local
RELEASE ?= $(shell uname -r)

.PHONY: help
help:
	@echo 'make demo                 a session to follow, on a stock 6.12 in QEMU'
	@echo 'make check                every test on 6.1 and 6.12 (KERNELS="7.3" for others)'
	@echo 'make check-all            the same on 6.1, 6.12 and 7.3, and what takes longer'
	@echo 'make check-tree           the patched kernel: series, KUnit, build, every test (KERNEL=7.3)'
	@echo 'make check-debug          its tests with lockdep and KASAN, which takes longer (KERNEL=7.3)'
	@echo 'make series               the patch series anew, after a change of the core (KERNEL=7.3)'
	@echo 'make series-check         each of its patches builds, with CONFIG_VE and without (KERNEL=7.3)'
	@echo 'make tree                 the patched kernel, in build/tree/ (KERNEL=7.3)'
	@echo 'make kunit                the KUnit tests, under User Mode Linux (KERNEL=7.3)'
	@echo 'make module               ve.ko for KERNELS, in build/module/'
	@echo 'make module-host          ve.ko for the running kernel (RELEASE=…)'
	@echo 'make userspace            libve and vectl, in build/userspace/'
	@echo 'make unit                 all tests are built, the unit tests run'
	@echo 'make bench                what VE costs, in instructions (KERNEL=6.12; FORM=tree)'
	@echo 'make bench-report         the same, 10,000 VEs, two CPUs, what is reached; a chart (KERNEL=, FORM=)'
	@echo 'make bench-check          is anything more than 2 % dearer than when the baseline was made? (KERNEL=6.12)'
	@echo 'make hook-audit           who calls the hooked functions in machine code (KERNEL=6.12)'
	@echo 'make shell <FILE          run commands on a stock kernel with VE loaded (KERNEL=6.12)'
	@echo 'make regen                generated files, after a change of the netlink spec'
	@echo 'make install              module-host, libve and vectl onto this machine'
	@echo 'make clean                remove what was built (build/ also holds kernels)'

.PHONY: module
module:
	tools/module $(KERNELS)

.PHONY: module-host
module-host:
	tools/module-host $(RELEASE)

.PHONY: userspace
userspace:
	tools/deps build
	cmake -S userspace -B build/userspace -DCMAKE_BUILD_TYPE=RelWithDebInfo \
		-DCMAKE_INSTALL_PREFIX=$(prefix) $(CMAKE_QUIET)
	cmake --build build/userspace -j $(JOBS) --target vectl ve ve_static

.PHONY: unit
unit: userspace
	cmake --build build/userspace -j $(JOBS)
	ctest --test-dir build/userspace --output-on-failure -j $(JOBS)

.PHONY: check
check:
	tests/check $(KERNELS)

.PHONY: check-all
check-all:
	tests/check --all 6.1 6.12 7.3

# The patched kernel; 7.3 unless another is asked for.
TREE = $(if $(filter command line,$(origin KERNEL)),$(KERNEL),7.3)

.PHONY: tree
tree:
	tools/tree $(TREE)

.PHONY: series
series:
	tools/make-series $(TREE)

.PHONY: series-check
series-check:
	tests/series-check $(TREE)

.PHONY: kunit
kunit:
	tools/kunit $(TREE)

.PHONY: check-tree
check-tree:
	tests/check --tree $(TREE)

.PHONY: check-debug
check-debug:
	tests/check --debug $(TREE)

.PHONY: demo
demo: userspace
	tools/module 6.12
	tools/vm --kernel 6.12 --smp 1 -- tools/demo

.PHONY: bench
bench: userspace
	tools/bench --kernel $(KERNEL) $(if $(FORM),--form $(FORM))

# FROM: files of figures that were measured before (--json).
.PHONY: bench-report
bench-report: REPORT = build/bench/$(KERNEL)-$(or $(FORM),module)
bench-report:
	mkdir -p build/bench
	tools/bench --kernel $(KERNEL) $(if $(FORM),--form $(FORM)) --report $(REPORT) \
		$(if $(FROM),--from-json $(FROM),--parts table,scale,processors --json $(REPORT).json)

.PHONY: bench-check
bench-check:
	tools/bench --kernel $(KERNEL) --parts table,scale --baseline tests/bench/baseline-$(KERNEL).json

.PHONY: hook-audit
hook-audit:
	tools/hook-audit $(KERNEL)

.PHONY: shell
shell: userspace
	tools/module $(KERNEL)
	@[ ! -t 0 ] || echo 'make shell: type commands; they are run when you end them with Ctrl-D'
	tools/vm --kernel $(KERNEL) --stdin -- sh -c 'modprobe ve && exec bash'

.PHONY: regen
regen:
	tools/regen

.PHONY: install
install: module-host userspace
	DESTDIR=$(DESTDIR) cmake --install build/userspace
	install -D -m 644 build/module/$(RELEASE)/ve.ko \
		$(DESTDIR)/lib/modules/$(RELEASE)/updates/ve.ko
	if [ -z "$(DESTDIR)" ]; then depmod $(RELEASE) && ldconfig; fi

.PHONY: clean
clean:
	rm -rf build/module build/userspace build/userspace-sanitize build/userspace-fuzz build/scratch build/vm
