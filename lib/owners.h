/* How many own a thing, counted right though threads come and go at the same time: what was handed out
 * through the Arrow interface is released on whatever thread its consumer likes. A compiler with none of the
 * three ways counts for one thread at a time. */
#ifndef ARC_OWNERS_H
#define ARC_OWNERS_H

#include <stddef.h>

#if defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L && !defined(__STDC_NO_ATOMICS__)
#include <stdatomic.h>
typedef atomic_size_t arc__owners;
#define ARC__OWNERS_ADD(owners)  ((void)atomic_fetch_add_explicit((owners), 1, memory_order_relaxed))
#define ARC__OWNERS_LESS(owners) (atomic_fetch_sub_explicit((owners), 1, memory_order_acq_rel) - 1)
#elif defined(__GNUC__)
typedef size_t arc__owners;
#define ARC__OWNERS_ADD(owners)  ((void)__atomic_fetch_add((owners), 1, __ATOMIC_RELAXED))
#define ARC__OWNERS_LESS(owners) __atomic_sub_fetch((owners), 1, __ATOMIC_ACQ_REL)
#elif defined(_MSC_VER)
long _InterlockedIncrement(long volatile *);
long _InterlockedDecrement(long volatile *);
#pragma intrinsic(_InterlockedIncrement, _InterlockedDecrement)
typedef volatile long arc__owners;
#define ARC__OWNERS_ADD(owners)  ((void)_InterlockedIncrement(owners))
#define ARC__OWNERS_LESS(owners) _InterlockedDecrement(owners)
#else
typedef size_t arc__owners;
#define ARC__OWNERS_ADD(owners)  ((void)++*(owners))
#define ARC__OWNERS_LESS(owners) (--*(owners))
#endif

/* One more; there must be one already. */
static inline void arc__owners_join(arc__owners *owners) {
  ARC__OWNERS_ADD(owners);
}

/* One less: 1 if that was the last. */
static inline int arc__owners_leave(arc__owners *owners) {
  return ARC__OWNERS_LESS(owners) == 0;
}

#endif
