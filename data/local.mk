# Packaged data; the lists of files stand with the parts that read them.
EXTRA_DIST += data/resources/FORMAT
