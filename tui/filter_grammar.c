#include "tui/filter_grammar.h"

const struct filter_grammar_row filter_grammar[FILTER_GRAMMAR_ROWS] = {
    {"word", "what a row has, in any case", "fraud"},
    {"!word", "what it has not", "!spam"},
    {"a|b", "one of them", "fraud|spam"},
    {"\"a b\"", "as it stands, with its blanks and bars", "\"no drift\""},
    {"name>number", "also < <= >= = !=; rows and rates take k, M", "rows>=1k"},
    {"% ms s h /s", "units: also us m d, 1h30m; sd of shifts", "p99>50ms"},
    {"name>=word", "words that a name knows, in their order", "drift>=watch"},
    {"name=a*|b", "texts by pattern: * ? [a-z] and |; or !=", "model=card*|spam*"},
    {"and or", "and binds tighter; side by side it is meant", "error_rate>1% or drift>0.2 and p99>50ms"},
    {"not ( )", "the other way round, as !; brackets", "not (spam or errors=0)"},
};
