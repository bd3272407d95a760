/*
 * One kind of error for the whole program: a code and a sentence.
 *
 * A function that can fail takes `struct err *` last and returns 0 or the code. The buffer is
 * untouched on success and ready to print on failure. On the way up err_wrap puts context in front,
 * so that the user reads "baseline 'prod.json': inputs[2]: edges do not rise".
 */
#ifndef CORE_ERR_H
#define CORE_ERR_H

enum err_code {
	ERR_OK = 0,
	ERR_INVALID,     /* an argument or a piece of data is not what it must be */
	ERR_LIMIT,       /* a stated limit is exceeded */
	ERR_NOMEM,       /* out of memory */
	ERR_IO,          /* the operating system refused */
	ERR_FORMAT,      /* bytes that are not in the expected format */
	ERR_NOT_FOUND,   /* named thing does not exist */
	ERR_AUTH,        /* refused for want of credentials or rights */
	ERR_USAGE,       /* wrong command line or configuration: exit status 2 */
	ERR_UNSUPPORTED, /* known, but not possible here */
};

#define ERR_MSG_BYTES 512

struct err {
	enum err_code code;
	char msg[ERR_MSG_BYTES];
};

#if defined(__GNUC__)
#define ERR_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define ERR_PRINTF(fmt, args)
#endif

/* Fills *err (which may be NULL) and returns `code`. A sentence too long for the buffer is cut. */
int err_set(struct err *err, enum err_code code, const char *fmt, ...) ERR_PRINTF(3, 4);

/* Puts "PREFIX: " in front of the sentence that is there and returns its code. */
int err_wrap(struct err *err, const char *fmt, ...) ERR_PRINTF(2, 3);

/* Out of memory, in the one form the whole program uses. Returns ERR_NOMEM. */
int err_nomem(struct err *err);

#endif
