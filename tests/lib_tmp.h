/* Places for a test's files: below TMPDIR, if there is one, so that whoever runs the tests can clean up behind them. */
#ifndef TESTS_LIB_TMP_H
#define TESTS_LIB_TMP_H

#include <stddef.h>

/* TMPDIR, or /tmp. */
const char *lib_tmp_root(void);

/* A new directory of its own, "ROOT/drifttop-NAME-XXXXXX". Fails the test where that cannot be had. */
void lib_tmp_make(char *path, size_t bytes, const char *name);

/* The one of the test that runs, where cmocka sets it up and takes it down by these. */
extern char lib_tmp_dir[256];
int lib_tmp_begin(void **state);
int lib_tmp_end(void **state);

/* The same as an empty file. */
void lib_tmp_file(char *path, size_t bytes, const char *name);

/* Removes a directory with all that is in it, or one file. What is not there, or "", is as good as removed. */
void lib_tmp_remove(const char *path);

#endif
