noinst_LIBRARIES += libbiz-model.a
libbiz_model_a_SOURCES =
include src/model/resources.mk
