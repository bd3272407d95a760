#include "tui/shown.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/figures.h"
#include "core/model.h"
#include "core/verdict.h"
#include "tui/settings.h"

/* Until somebody has said one, the background of the terminal does. */
static void
by_background(const struct ui *ui, char out[SHOWN_BYTES])
{
	const char *is = ui->terminal.theme;

	if (strcmp(out, SETTING_NOT_SAID) == 0)
		snprintf(out, SHOWN_BYTES, "%s%sby the terminal's background", is ? is : "", is ? ", " : "");
}

static void
as_terminal_has(const struct ui *ui, char out[SHOWN_BYTES])
{
	const char *is = glyphs_names[ui->terminal.glyphs];
	size_t n = strlen(out);

	if (ui->terminal.rows && strcmp(out, is) != 0)
		snprintf(out + n, SHOWN_BYTES - n, "; drawn with %s", is);
}

static void
of_zone(const struct ui *ui, char out[SHOWN_BYTES])
{
	size_t n = strlen(out);

	if (!ui->utc)
		snprintf(out + n, SHOWN_BYTES - n, ": times are %s", ui->options.zone);
}

static void
of_link(const struct ui *ui, char out[SHOWN_BYTES])
{
	size_t n = strlen(out);

	if (ui->link[0][0])
		snprintf(out + n, SHOWN_BYTES - n, "; %s", ui->link[0]);
}

/* The store has it as it is at the moment shown, and a recording as it was then. */
static void
of_levels(const struct ui *ui, const struct setting *s, char out[SHOWN_BYTES], const char **from)
{
	const struct model *m = ui->store ? store_model_find(ui->store, s->model) : NULL;
	size_t feature = m ? figures_feature_find(ui->store, m->index, s->feature) : SIZE_MAX;
	bool watch = strcmp(s->key->key, "watch") == 0;
	struct feature_figures f;
	double level = NAN, held;
	size_t n;

	for (size_t fid = 0; m && fid < m->nfeatures; fid++)
		if (slice_eq(model_feature_name(m, fid), s->feature))
			level = watch ? m->features[fid].watch : m->features[fid].drift;
	if (!(level >= 0) || feature == SIZE_MAX)
		return;
	if (!(level > 0))
		level = watch ? VERDICT_PSI_WATCH : VERDICT_PSI_DRIFT;
	figures_feature_brief(ui->store, m->index, feature, ui_window(ui), &f);
	held = watch ? f.drift.psi_watch : f.drift.psi_drift;
	n = (size_t)snprintf(out, SHOWN_BYTES, "%.10g", level);
	if (held > level)
		snprintf(out + n, SHOWN_BYTES - n, "; held against %.3g, for noise", held);
	if (ui->past && !ui->past->frozen)
		*from = "the recording";
}

/* What is found out of what was said. */
static const struct found {
	const char *name;
	void (*put)(const struct ui *ui, char out[SHOWN_BYTES]);
} found[] = {{"theme", by_background}, {"glyphs", as_terminal_has}, {"utc", of_zone}, {"slow", of_link}};

int
shown_setting(const struct ui *ui, const struct setting *s, struct slice name, char out[SHOWN_BYTES],
    const char **from, struct err *err)
{
	int rc = settings_value(ui->options.given, s, name, out, err);

	*from = settings_from(ui->options.given, s, name);
	if (s->feature.n && !rc)
		of_levels(ui, s, out, from);
	for (size_t i = 0; i < sizeof found / sizeof *found && !rc; i++)
		if (slice_is(name, found[i].name))
			found[i].put(ui, out);
	return rc;
}
