/*
 * Completion of the command line for shells, as a script that each of them reads: commands, the options of the command
 * that is being typed, what an option's value can be, themes (those of one's own are looked up when Tab is pressed),
 * and else files. All of it is from the tables of options and themes; `drifttop help bash` prints one.
 */
#ifndef TUI_COMPLETION_H
#define TUI_COMPLETION_H

#include <stdio.h>

/* Errors of writing are the stream's. */
void completion_write_bash(FILE *to);
void completion_write_zsh(FILE *to);
void completion_write_fish(FILE *to);

#endif
