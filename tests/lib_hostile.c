#include "tests/lib_hostile.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROWS 1600

/* Names with all that means something in HTML, SVG and Markdown, controls, an override of direction, Hebrew. */
#define MODEL "m<b>&\\\"'x|`*_[y](http://evil.example/)\\u001b[31m\\u202e\\u05d0\\u05d1"
#define FEATURE "</title><script>alert(1)</script><img src=x onerror=alert(2)>\\n# head"
#define VALUE "</svg></main>--><a href='//evil.example'>"

/* A quarter of them with another distribution and the hostile value; x is missing in half of these. */
char *
lib_hostile_events(void)
{
	char *out = malloc(ROWS * 900), *at = out, longest[300];
	int i;

	assert_non_null(out);
	memset(longest, 'L', 256);
	longest[256] = '\0';
	for (i = 0; i < ROWS; i++) {
		bool late = i > ROWS * 3 / 4;

		at += snprintf(at, 900,
		    "{\"ts\":%lld,\"model\":\"" MODEL "\",\"version\":\"<i>%d\",\"features\":{\"" FEATURE
		    "\":\"%s\",\"x\":%d,"
		    "\"%s\":%d},\"latency_ms\":%d,\"label\":\"<u>\",\"prediction\":\"<u>\"}\n",
		    1764072000000LL + i * 1000LL, late ? 2 : 1, late ? VALUE : i % 2 ? "a" : "b",
		    i * 7 % 100 + (late ? 90 : 0),
		    longest, i % 3, 3 + i % 5);
	}
	return out;
}
