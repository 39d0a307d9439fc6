// SPDX-License-Identifier: GPL-2.0-only
/* Making, finding and removing VEs. See registry.h for locks. */
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/xarray.h>

#include "arm.h"
#include "bc.h"
#include "event.h"
#include "history.h"
#include "registry.h"
#include "member.h"
#include "owner.h"
#include "proc.h"

static const struct rhashtable_params by_name_params = {
	.head_offset		= offsetof(struct ve, by_name),
	.key_offset		= offsetof(struct ve, name),
	.key_len		= sizeof_field(struct ve, name),
	.automatic_shrinking	= true,
};

/* Who is in by_id and by_name; how ids are handed out. */
static DEFINE_MUTEX(registry_lock);
static DEFINE_XARRAY_ALLOC1(by_id);
static struct rhashtable by_name;
static u32 last_id;
/* Changes whenever a VE comes or goes; never 0. */
static atomic_t generation = ATOMIC_INIT(1);

/**
 * ve_generation - number of the present set of VEs
 *
 * Return: never 0; the same as long as no VE is made or removed.
 */
unsigned int ve_generation(void)
{
	return atomic_read(&generation) ?: 1;
}

/**
 * ve_get - take a reference
 * @ve: a VE the caller has a reference to
 */
void ve_get(struct ve *ve)
{
	refcount_inc(&ve->ref);
}

/**
 * ve_put - drop a reference
 * @ve: the VE
 *
 * Context: any but NMI.
 */
void ve_put(struct ve *ve)
{
	if (!refcount_dec_and_test(&ve->ref))
		return;
	WARN_ON_ONCE(!list_empty(&ve->members));
	ve_bc_put(ve->bc);
	kfree_rcu(ve, rcu);
}

static struct ve *get_unless_zero(struct ve *ve)
{
	return ve && refcount_inc_not_zero(&ve->ref) ? ve : NULL;
}

/**
 * ve_get_by_id - find a VE by its id
 * @id: any number
 *
 * Return: the VE with a reference, or NULL.
 */
struct ve *ve_get_by_id(u32 id)
{
	struct ve *ve;

	rcu_read_lock();
	ve = get_unless_zero(xa_load(&by_id, id));
	rcu_read_unlock();
	return ve;
}

/**
 * ve_get_by_name - find a VE by its name
 * @name: at most VE_NAME_MAX bytes
 *
 * Return: the VE with a reference, or NULL.
 */
struct ve *ve_get_by_name(const char *name)
{
	char key[VE_NAME_MAX + 1] = "";
	struct ve *ve;

	strscpy(key, name, sizeof(key));
	rcu_read_lock();
	ve = get_unless_zero(rhashtable_lookup(&by_name, key, by_name_params));
	rcu_read_unlock();
	return ve;
}

/**
 * ve_get_next - find the VE with the smallest id that is not below one
 * @id: where to start
 *
 * Return: the VE with a reference, or NULL if there is none.
 */
struct ve *ve_get_next(u32 id)
{
	unsigned long index = id;
	struct ve *ve;

	rcu_read_lock();
	for (ve = xa_find(&by_id, &index, VE_ID_MAX, XA_PRESENT);
	     ve && !refcount_inc_not_zero(&ve->ref);
	     ve = xa_find_after(&by_id, &index, VE_ID_MAX, XA_PRESENT))
		;
	rcu_read_unlock();
	return ve;
}

static int reserve_id(struct ve *ve)
{
	int ret;

	if (ve->id)
		return xa_insert(&by_id, ve->id, NULL, GFP_KERNEL);
	/* Not the lowest free one: a late request by id could hit it. */
	ret = xa_alloc_cyclic(&by_id, &ve->id, NULL, XA_LIMIT(1, VE_ID_MAX),
			      &last_id, GFP_KERNEL);
	return min(ret, 0);
}

static int insert(struct ve *ve, struct netlink_ext_ack *extack, u16 *culprit)
{
	int ret;

	lockdep_assert_held(&registry_lock);

	*culprit = VE_A_ID;
	ret = reserve_id(ve);
	if (ret == -EBUSY) {
		NL_SET_ERR_MSG(extack, "a VE with that id exists");
		return -EEXIST;
	}
	if (ret)
		return ret;
	ve->bc->id = ve->id;
	ret = ve_proc_add(ve);
	if (ret)
		goto err_proc;

	*culprit = VE_A_NAME;
	/* ORDER: who finds it has to wait until it has been told of. */
	spin_lock(&ve->lock);
	ret = rhashtable_lookup_insert_fast(&by_name, &ve->by_name,
					    by_name_params);
	if (!ret) {
		/* The place is reserved: this cannot fail. */
		xa_store(&by_id, ve->id, ve, GFP_ATOMIC);
		atomic_inc(&generation);
		ve_event_named(VE_CMD_CREATED_NTF, ve);
	}
	spin_unlock(&ve->lock);
	if (!ret)
		return 0;
	ve_proc_remove(ve);
	if (ret == -EEXIST)
		NL_SET_ERR_MSG(extack, "a VE with that name exists");
	else
		ret = -ENOMEM;
err_proc:
	xa_release(&by_id, ve->id);
	return ret;
}

/**
 * ve_create - make a VE
 * @id: its id, or 0 to have one chosen
 * @name: its name, valid, at most VE_NAME_MAX bytes
 * @watching: whether its members see all processes
 * @bounds: its bounds, consistent
 * @extack: where to say why not
 * @culprit: if refused with -EEXIST, the number of the attribute at fault; not
 * set otherwise
 *
 * Context: may sleep.
 * Return: the VE with a reference of the caller's, or ERR_PTR(): -EEXIST,
 * -ENOMEM, -EBUSY if a hook is taken, -ENODEV while the module unloads.
 */
struct ve *ve_create(u32 id, const char *name, bool watching,
		     const struct ve_bounds *bounds,
		     struct netlink_ext_ack *extack, u16 *culprit)
{
	enum ve_resource ignored;
	struct ve *ve;
	int ret;

	/* The module cannot be unloaded while there is a VE. */
	if (!try_module_get(THIS_MODULE)) {
		NL_SET_ERR_MSG(extack, "the ve module is being unloaded");
		return ERR_PTR(-ENODEV);
	}
	ret = ve_arm_get(extack);
	if (ret)
		goto err_arm;

	ret = -ENOMEM;
	ve = kzalloc_obj(*ve);
	if (!ve)
		goto err_ve;
	refcount_set(&ve->ref, 2);
	ve->id = id;
	ve->created = ktime_get_real_ns();
	ve->since = ktime_get_boottime_ns();
	strscpy(ve->name, name, sizeof(ve->name));
	ve->watching = watching;
	spin_lock_init(&ve->lock);
	INIT_LIST_HEAD(&ve->members);
	ve->numbers = RB_ROOT;
	ve->bc = ve_bc_create(ve->name);
	if (!ve->bc)
		goto err_bc;
	ve_owing_start(ve->bc);
	ret = ve_bc_set(ve->bc, bounds, &ignored);
	if (ret)
		goto err_insert;

	mutex_lock(&registry_lock);
	ret = insert(ve, extack, culprit);
	mutex_unlock(&registry_lock);
	if (ret)
		goto err_insert;
	return ve;

err_insert:
	ve_owing_end(ve->bc);
	ve_bc_put(ve->bc);
	kfree(ve);
	goto err_arm;
err_bc:
	kfree(ve);
err_ve:
	ve_arm_put();
err_arm:
	module_put(THIS_MODULE);
	return ERR_PTR(ret);
}

/**
 * ve_set - set bounds of a VE, all of them or none
 * @ve: a VE the caller has a reference to
 * @bounds: which; a bound that is absent keeps its value
 * @culprit: if refused with -EINVAL, the resource at fault
 *
 * Context: may sleep.
 * Return: 0, -EINVAL if a barrier would be above its limit, -ENOENT if the VE
 * is gone.
 */
int ve_set(struct ve *ve, const struct ve_bounds *bounds,
	   enum ve_resource *culprit)
{
	int ret = -ENOENT;

	spin_lock(&ve->lock);
	if (!ve->gone)
		ret = ve_bc_set(ve->bc, bounds, culprit);
	/* ORDER: under the lock, lest it be told after the VE's removal. */
	if (!ret)
		ve_event_changed(ve, bounds->has_barrier | bounds->has_limit);
	spin_unlock(&ve->lock);
	return ret;
}

/**
 * ve_destroy - remove a VE
 * @ve: a VE the caller has a reference to
 * @extack: where to say why not
 *
 * Its id and name can be used again at once. It is remembered in the history.
 *
 * Context: may sleep.
 * Return: 0, -EBUSY if it has live members, -ENOENT if somebody else removed
 * it.
 */
int ve_destroy(struct ve *ve, struct netlink_ext_ack *extack)
{
	int ret = 0;

	mutex_lock(&registry_lock);
	spin_lock(&ve->lock);
	if (ve->gone) {
		NL_SET_ERR_MSG(extack, "no such VE");
		ret = -ENOENT;
	} else if (ve->nr_live) {
		NL_SET_ERR_MSG(extack, "the VE has members; kill them first");
		ret = -EBUSY;
	} else {
		ve->gone = true;
		WRITE_ONCE(ve->bc->orphan, true);
	}
	spin_unlock(&ve->lock);
	if (ret)
		goto unlock;

	/* ORDER: while nobody else can have the id. */
	ve_proc_remove(ve);
	/* ORDER: who does not find it any more finds it in the history. */
	ve_history_add(ve);
	xa_erase(&by_id, ve->id);
	rhashtable_remove_fast(&by_name, &ve->by_name, by_name_params);
	atomic_inc(&generation);
	/* Dead processes nobody has waited for are the last to hold anything. */
	ve_members_drop(ve);
	ve_event_left_out(ve->bc);
	ve_event_named(VE_CMD_DESTROYED_NTF, ve);
unlock:
	mutex_unlock(&registry_lock);
	if (!ret) {
		/* Nobody is a member any more, whoever still holds a reference. */
		ve_owing_end(ve->bc);
		ve_put(ve);
		module_put(THIS_MODULE);
	}
	return ret;
}

/**
 * ve_registry_init - make the empty registry
 *
 * Return: 0 or -ENOMEM.
 */
int __init ve_registry_init(void)
{
	return rhashtable_init(&by_name, &by_name_params);
}

/**
 * ve_registry_exit - remove the registry, which is empty
 */
void ve_registry_exit(void)
{
	WARN_ON(!xa_empty(&by_id));
	rhashtable_destroy(&by_name);
	xa_destroy(&by_id);
}
