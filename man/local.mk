dist_man_MANS += man/bizosaas.1 man/bizosaas.conf.5
# `bizosaas man` finds the page beside the other files of the program.
nobase_dist_pkgdata_DATA += man/bizosaas.1
