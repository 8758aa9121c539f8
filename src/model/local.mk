noinst_LIBRARIES += libbiz-model.a
libbiz_model_a_SOURCES =
