# The programs: main.c (screens and command line) and engine_main.c wire the rooms together.
