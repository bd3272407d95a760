#include "widgets/widget.h"

#include <math.h>

#include "widgets/alertline.h"
#include "widgets/bands.h"
#include "widgets/bar.h"
#include "widgets/graph.h"
#include "widgets/heat.h"
#include "widgets/help.h"
#include "widgets/histogram.h"
#include "widgets/keybar.h"
#include "widgets/latency.h"
#include "widgets/panel.h"
#include "widgets/rawview.h"
#include "widgets/shares.h"
#include "widgets/spark.h"
#include "widgets/table.h"
#include "widgets/timebar.h"

const struct widget *const widgets[] = {
    &panel_widget,
    &table_widget,
    &bar_widget,
    &spark_widget,
    &graph_widget,
    &histogram_widget,
    &shares_widget,
    &latency_widget,
    &alertline_widget,
    &rawview_widget,
    &keybar_widget,
    &help_widget,
    &timebar_widget,
    &heat_widget,
    &bands_widget,
    NULL,
};

struct slice
specimen_text(enum specimen kind)
{
	static const char hostile[] = "\x1b[31mred\x9b\x07\r\n\t \xe2\x80\xae"
				      "abc\xf0\x9f\x98\x80\xe4\xbd\xa0\xe5\xa5\xbd\xff\xc0\xaf\0z";
	static const char text[] =
	    "a name that is so long that no column of any table on any screen can hold all of it without cutting it "
	    "somewhere "
	    "in the middle of a word, whatever the size of the terminal may be on which it is going to be shown";

	switch (kind) {
	case SPECIMEN_EMPTY:
		return slice_of("");
	case SPECIMEN_HUGE:
		return slice_of(text);
	case SPECIMEN_HOSTILE:
		return slice_make(hostile, sizeof hostile - 1);
	default:
		return slice_of("card-fraud");
	}
}

double
specimen_number(enum specimen kind, size_t i)
{
	static const double hostile[] = {INFINITY, -INFINITY, -1, 0, 1e-320, 1e308, -1e308, NAN};

	switch (kind) {
	case SPECIMEN_NAN:
		return NAN;
	case SPECIMEN_HUGE:
		return 1e300 * (double)(1 + i % 7);
	case SPECIMEN_HOSTILE:
		return hostile[i % 8];
	default:
		return 40 + 30 * sin((double)i / 5) + (double)(i * 7919 % 13);
	}
}
