/*
 * The page of a report in a browser, where there is one: headless Chromium parses it into what was written and nothing
 * else, asks for nothing, shows it light and dark, wide and narrow, and prints it. Each start of it is bounded.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/lib_hostile.h"
#include "tests/lib_recording.h"
#include "tests/lib_run.h"
#include "tests/lib_tmp.h"

#define LIMIT_MS 30000
#define LIMIT_S	 45 /* of one start: two seconds, or half a minute where the machine has much else to do */

/* One for all starts: making it is most of what a start takes. */
static char profile[200];

struct page {
	char dir[200];
	char *text; /* from malloc */
	size_t n;
};

/* ---- the browser ----------------------------------------------------------------------------- */

/* The first that there is; NULL: none, and the test says that it is left out. */
static const char *
browser(void)
{
	static const char *const paths[] = {"/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
	    "/usr/bin/google-chrome-stable"};
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (access(paths[i], X_OK) == 0)
			return paths[i];
	return NULL;
}

static void
skip_without_browser(void)
{
	if (browser())
		return;
	print_message("SKIPPED: no Chromium is installed\n");
	skip();
}

static char *
read_all(FILE *f, size_t *n)
{
	size_t cap = 1 << 20;
	char *text = malloc(cap);

	assert_non_null(text);
	for (*n = 0; !feof(f) && !ferror(f);) {
		if (*n + 4096 > cap)
			text = realloc(text, cap *= 2);
		assert_non_null(text);
		*n += fread(text + *n, 1, 4000, f);
	}
	text[*n] = '\0';
	return text;
}

static char *
read_file(const char *dir, const char *name, size_t *n)
{
	char path[300], *text;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "rb");
	if (!f)
		fail_msg("%s was not written", name);
	text = read_all(f, n);
	fclose(f);
	return text;
}

/*
 * What it writes to standard output with these options and that file. No name is resolved, whatever a page asks for;
 * its own sandbox is none for a superuser and in many containers. What hangs is ended, with all of its processes.
 */
static char *
browse(const char *dir, const char *options, const char *file)
{
	char command[1200], *text;
	size_t n;
	int status;
	FILE *f;

	snprintf(command, sizeof(command),
	    "HOME=%s timeout -k 2 %d %s --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run "
	    "--disable-background-networking --disable-component-update --disable-extensions --disable-sync "
	    "--host-resolver-rules='MAP * ~NOTFOUND' --user-data-dir=%s %s file://%s/%s 2>%s/said </dev/null",
	    profile, LIMIT_S, browser(), profile, options, dir, file, dir);
	f = popen(command, "r");
	assert_non_null(f);
	text = read_all(f, &n);
	status = pclose(f);
	if (WIFEXITED(status) && (WEXITSTATUS(status) == 124 || WEXITSTATUS(status) == 137)) {
		print_message("SKIPPED: %s did not come to an end within %d s\n", browser(), LIMIT_S);
		skip();
	}
	if (status != 0)
		fail_msg("%s ended with %#x; %zu bytes of output", browser(), (unsigned)status, n);
	return text;
}

/* ---- pages ----------------------------------------------------------------------------------- */

static void
save(const struct page *p, const char *name, const char *text, size_t n)
{
	char path[300];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", p->dir, name);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static void
report_into(struct page *p, const char *const *args, const char *input)
{
	const char *const env[] = {"PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", NULL};
	struct lib_run r;

	lib_run(&r, args, env, input, LIMIT_MS);
	if (r.status != 0)
		fail_msg("%s", r.err);
	lib_tmp_make(p->dir, sizeof(p->dir), "browser");
	save(p, "report.html", r.out, r.nout);
	p->text = malloc(r.nout + 1);
	assert_non_null(p->text);
	memcpy(p->text, r.out, r.nout + 1);
	p->n = r.nout;
	lib_run_free(&r);
}

static void
open_hostile(struct page *p)
{
	const char *const args[] = {"report", "-", "--format", "html", "--utc", NULL};
	char *events = lib_hostile_events();

	report_into(p, args, events);
	free(events);
}

/* An hour of a small fleet with alerts and a note. */
static void
open_recording(struct page *p)
{
	char path[300];
	const char *const args[] = {"report", path, "--format", "html", "--utc", NULL};

	lib_tmp_file(path, sizeof(path), "fleet");
	lib_recording_save_fleet(path, 60);
	report_into(p, args, NULL);
	lib_tmp_remove(path);
}

static void
close_page(struct page *p)
{
	lib_tmp_remove(p->dir);
	free(p->text);
}

static size_t
count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

/* ---- what it is parsed into, what it asks for ------------------------------------------------- */

/*
 * A name that ended a tag, an attribute or an element would make elements that nobody wrote, or take some away. The log
 * of the network is held against that of a page that does ask for something, further down.
 */
static void
a_browser_finds_the_elements_that_were_written_and_asks_for_nothing(void **state)
{
	static const char *const elements[] = {"<h1", "<h2", "<h3", "<p>", "<table", "<tr>", "<td", "<th ", "<span",
	    "<bdi>", "<figure", "<svg", "<text", "<rect", "<line", "<path", "<title>", "<g>", "<meta", "<style"};
	static const char *const never[] = {"<script", "<img", "<a ", "<a>", "<i>", "<u>", "<b>", "<iframe", "<link"};
	char options[300], *dom, *log;
	struct page p;
	size_t i, n;

	(void)state;
	skip_without_browser();
	open_hostile(&p);
	snprintf(options, sizeof(options), "--dump-dom --log-net-log=%s/log", p.dir);
	dom = browse(p.dir, options, "report.html");
	assert_non_null(strstr(dom, "drifttop report: "));
	for (i = 0; i < sizeof(elements) / sizeof(elements[0]); i++)
		if (count(dom, elements[i]) != count(p.text, elements[i]))
			fail_msg("%s: %zu written, %zu found", elements[i], count(p.text, elements[i]),
			    count(dom, elements[i]));
	assert_true(count(dom, "<svg") >= 3);
	for (i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (strstr(dom, never[i]))
			fail_msg("%.80s", strstr(dom, never[i]));
	/* And they are there to be read. */
	assert_non_null(strstr(dom, "&lt;script&gt;alert(1)&lt;/script&gt;"));
	free(dom);
	log = read_file(p.dir, "log", &n);
	assert_true(n > 1000);
	assert_null(strstr(log, "evil.example"));
	free(log);
	close_page(&p);
}

/* ---- what it looks like ----------------------------------------------------------------------- */

/*
 * A page around it, which may run what its policy forbids it: it holds the report in frames of two widths and says what
 * became of it there. contrast: the least of any text with the ground of the page (WCAG 2, relative luminance); wide:
 * how far it can be moved sideways as a whole; over: texts in a picture that lie over one another or outside of it;
 * paper: how light its ground is (0 to 1) by the rules of paper, and the contrast there.
 */
static const char probe_head[] =
    "<!DOCTYPE html><meta name=\"color-scheme\" content=\"light dark\"><style>:root{color-scheme:light dark}"
    "iframe{height:900px;border:0;display:block}</style>\n"
    "<body><img src=\"http://control.example/x.png\"><pre id=\"found\"></pre>\n";
static const char probe_script[] =
    "<script>\nwindow.addEventListener('load',()=>{\n"
    "function parts(c){return c.match(/[0-9.]+/g).slice(0,3).map(Number)}\n"
    "function light(c){return parts(c).map(v=>(v/=255)<=.04045?v/12.92:((v+.055)/1.055)**2.4)"
    ".reduce((s,v,i)=>s+v*[.2126,.7152,.0722][i],0)}\n"
    "function contrast(a,b){a=light(a);b=light(b);return (Math.max(a,b)+.05)/(Math.min(a,b)+.05)}\n"
    "let said='';function overlaps(svg){let n=0,b=svg.getBoundingClientRect(),t=[...svg.querySelectorAll('text')]"
    ".map(e=>[e.getBoundingClientRect(),e.textContent]);\n"
    "t.forEach(([r,a],i)=>{if(r.left<b.left-1||r.right>b.right+1||r.bottom>b.bottom+1){n++;said=a}\n"
    "for(const [q,c] of t.slice(i+1))if(r.left<q.right-1&&q.left<r.right-1&&r.top<q.bottom-2&&q.top<r.bottom-2)"
    "{n++;said=a+' | '+c}});return n}\n"
    "function least_of(w,d,ground){let n=99;\n"
    "for(const e of d.querySelectorAll('h1,h2,h3,p,th,td,span,caption,figcaption'))"
    "n=Math.min(n,contrast(w.getComputedStyle(e).color,ground));\n"
    "for(const e of d.querySelectorAll('svg text'))n=Math.min(n,contrast(w.getComputedStyle(e).fill,ground));"
    "return n}\n"
    "let out='';for(const f of document.querySelectorAll('iframe')){const d=f.contentDocument,w=f.contentWindow,"
    "ground=w.getComputedStyle(d.body).backgroundColor;let least=least_of(w,d,ground),over=0;\n"
    "for(const s of d.querySelectorAll('svg'))over+=overlaps(s);\n"
    "out+='width '+f.clientWidth+' ground '+ground.replace(/ /g,'')+' contrast '+least.toFixed(2)+' wide '+"
    "(d.documentElement.scrollWidth-d.documentElement.clientWidth)+' over '+over+' pictures '+"
    "d.querySelectorAll('svg').length;\n"
    "for(const r of d.styleSheets[0].cssRules)if(r.media&&r.media.mediaText=='print')r.media.mediaText='all';\n"
    "const paper=w.getComputedStyle(d.body).backgroundColor;\n"
    "out+=' paper '+light(paper).toFixed(2)+' contrast '+least_of(w,d,paper).toFixed(2)+' texts '+said+'\\n';said=''}\n"
    "for(const f of document.querySelectorAll('iframe'))f.remove();\n"
    "document.getElementById('found').textContent=out;\n"
    "})</script>\n";

static void
put_frame(FILE *to, const struct page *p, int width)
{
	size_t i;

	fprintf(to, "<iframe style=\"width:%dpx\" srcdoc=\"", width);
	for (i = 0; i < p->n; i++) {
		if (p->text[i] == '"')
			fputs("&quot;", to);
		else if (p->text[i] == '&')
			fputs("&amp;", to);
		else
			fputc(p->text[i], to);
	}
	fputs("\"></iframe>\n", to);
}

enum { WIDTHS = 2 };

struct look {
	int width, wide, over, pictures;
	int ground[3];
	double contrast, paper, paper_contrast;
	char texts[200]; /* two that lie over one another */
};

static void
read_look(struct look *l, const char *line)
{
	l->texts[0] = '\0';
	if (sscanf(line, "width %d ground rgb(%d,%d,%d) contrast %lf wide %d over %d pictures %d paper %lf contrast %lf"
			 " texts %199[^\n]", &l->width, &l->ground[0], &l->ground[1], &l->ground[2], &l->contrast,
		&l->wide, &l->over, &l->pictures, &l->paper, &l->paper_contrast, l->texts) < 10)
		fail_msg("not measured: %.200s", line);
}

/* Its own picture is asked for, by contrast with those that strangers name. */
static void
look_at(const struct page pages[2], bool dark, struct look looks[2][WIDTHS])
{
	static const int widths[WIDTHS] = {1200, 390};
	char path[300], options[500], *dom, *found;
	FILE *f;
	int i, k;

	snprintf(path, sizeof(path), "%s/probe.html", pages[0].dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(probe_head, f);
	for (i = 0; i < 2; i++)
		for (k = 0; k < WIDTHS; k++)
			put_frame(f, &pages[i], widths[k]);
	fputs(probe_script, f);
	assert_int_equal(fclose(f), 0);
	snprintf(options, sizeof(options), "%s --window-size=1300,900 --dump-dom --log-net-log=%s/log",
	    dark ? "--force-dark-mode" : "", pages[0].dir);
	dom = browse(pages[0].dir, options, "probe.html");
	found = strstr(dom, "<pre id=\"found\">");
	assert_non_null(found);
	found = strchr(found, '>') + 1;
	for (i = 0; i < 2; i++)
		for (k = 0; k < WIDTHS; k++) {
			read_look(&looks[i][k], found);
			assert_int_equal(looks[i][k].width, widths[k]);
			found = strchr(found, '\n') + 1;
		}
	free(dom);
}

/* 4.5 is what WCAG 2 wants of text of this size. */
static void
check_look(const struct look *l, bool dark)
{
	if (dark != (l->ground[0] < 64) || l->contrast < 4.5 || l->wide > 0 || l->over || l->pictures < 3)
		fail_msg("%s, %d px: ground %d, contrast %.2f, %d px too wide, %d texts over others (%s), %d pictures",
		    dark ? "dark" : "light", l->width, l->ground[0], l->contrast, l->wide, l->over, l->texts,
		    l->pictures);
	/* A reader whose screen is dark gets black on white all the same. */
	if (l->paper < 1 || l->paper_contrast < 4.5)
		fail_msg("on paper: ground %.2f, contrast %.2f", l->paper, l->paper_contrast);
}

/* One with alerts and notes, one with names of 256 letters without a blank: nothing hangs out. */
static void
look_at_both(bool dark)
{
	struct page pages[2];
	struct look looks[2][WIDTHS];
	char *log;
	size_t n;
	int i, k;

	skip_without_browser();
	open_recording(&pages[0]);
	open_hostile(&pages[1]);
	look_at(pages, dark, looks);
	for (i = 0; i < 2; i++)
		for (k = 0; k < WIDTHS; k++)
			check_look(&looks[i][k], dark);
	log = read_file(pages[0].dir, "log", &n);
	assert_non_null(strstr(log, "control.example"));
	assert_null(strstr(log, "evil.example"));
	free(log);
	close_page(&pages[0]);
	close_page(&pages[1]);
}

static void
it_reads_on_a_light_ground_wide_and_narrow_and_on_paper(void **state)
{
	(void)state;
	look_at_both(false);
}

static void
it_reads_on_a_dark_ground_wide_and_narrow_and_on_paper(void **state)
{
	(void)state;
	look_at_both(true);
}

/* ---- on paper --------------------------------------------------------------------------------- */

static void
it_prints_on_pages(void **state)
{
	char options[300], *pdf;
	size_t n, pages = 0;
	struct page p;
	const char *at;

	(void)state;
	skip_without_browser();
	open_recording(&p);
	snprintf(options, sizeof(options), "--force-dark-mode --no-pdf-header-footer --print-to-pdf=%s/report.pdf",
	    p.dir);
	free(browse(p.dir, options, "report.html"));
	pdf = read_file(p.dir, "report.pdf", &n);
	assert_true(n > 5000);
	assert_memory_equal(pdf, "%PDF-", 5);
	/* Objects of pages are not packed; what is in them is. */
	for (at = pdf; at + 12 < pdf + n; at++)
		pages += memcmp(at, "/Type /Page", 11) == 0 && at[11] != 's';
	if (pages < 2 || pages > 20)
		fail_msg("%zu pages", pages);
	free(pdf);
	close_page(&p);
}

static int
make_profile(void **state)
{
	(void)state;
	if (browser())
		lib_tmp_make(profile, sizeof(profile), "profile");
	return 0;
}

static int
remove_profile(void **state)
{
	(void)state;
	lib_tmp_remove(profile);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_browser_finds_the_elements_that_were_written_and_asks_for_nothing),
	    cmocka_unit_test(it_reads_on_a_light_ground_wide_and_narrow_and_on_paper),
	    cmocka_unit_test(it_reads_on_a_dark_ground_wide_and_narrow_and_on_paper),
	    cmocka_unit_test(it_prints_on_pages),
	};

	return cmocka_run_group_tests_name("report in a browser", tests, make_profile, remove_profile);
}
