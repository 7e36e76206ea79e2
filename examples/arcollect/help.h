/* Help texts. */
#ifndef HELP_H
#define HELP_H

/* Prints the overview, or the help of a command. @return 0, or an exit code after a message. */
int help_print(const char *command);

#endif
