/* What a step is made of: shared by those who write and read it. A number is for ever. */
#ifndef CORE_TAPE_IMPL_H
#define CORE_TAPE_IMPL_H

enum tape_item {
	TAPE_TICK = 1,	/* arrival clock */
	TAPE_DELTA,	/* core/delta_bytes.h */
	TAPE_FACT,	/* core/fact_bytes.h */
	TAPE_MODEL,	/* core/snapshot.h */
	TAPE_FLEET,	/* the same of what belongs to no model */
	TAPE_NEW_MODEL, /* name, whether it learns: its index is the next one; of a known one, that this has changed */
	TAPE_INPUTS,	/* model, names of new inputs */
	TAPE_CLASSES,	/* model, names of new classes */
	TAPE_LABELLED,	/* model, names of versions that make predictions, and from when on they are compared */
	TAPE_RULES,	/* core/rule_bytes.h: these hold from here on */
};

#endif
