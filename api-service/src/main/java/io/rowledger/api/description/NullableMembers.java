package io.rowledger.api.description;

import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;
import org.jboss.jandex.AnnotationInstance;
import org.jboss.jandex.AnnotationValue;
import org.jboss.jandex.ClassInfo;
import org.jboss.jandex.DotName;
import org.jboss.jandex.IndexView;
import org.jboss.jandex.RecordComponentInfo;

/** What the records say may be null, the description says too; said once, in the records. */
@OpenApiFilter(stages = OpenApiFilter.RunStage.BUILD)
public class NullableMembers implements OASFilter {

  private static final DotName NULLABLE = DotName.createSimple("org.jspecify.annotations.Nullable");
  private static final DotName SCHEMA =
      DotName.createSimple("org.eclipse.microprofile.openapi.annotations.media.Schema");

  private final IndexView index;

  public NullableMembers(IndexView index) {
    this.index = index;
  }

  @Override
  public void filterOpenAPI(OpenAPI api) {
    Map<String, ClassInfo> records = new HashMap<>();
    index.getKnownClasses().stream()
        .filter(ClassInfo::isRecord)
        .forEach(record -> records.put(name(record), record));
    api.getComponents()
        .getSchemas()
        .forEach(
            (name, schema) -> {
              ClassInfo record = records.get(name);
              if (record != null && schema.getProperties() != null) {
                record.recordComponents().stream()
                    .filter(NullableMembers::isNullable)
                    .forEach(component -> allowNull(schema, component.name()));
              }
            });
  }

  private static String name(ClassInfo record) {
    AnnotationInstance schema = record.declaredAnnotation(SCHEMA);
    AnnotationValue name = schema == null ? null : schema.value("name");
    return name == null ? record.simpleName() : name.asString();
  }

  private static boolean isNullable(RecordComponentInfo component) {
    return component.type().hasAnnotation(NULLABLE);
  }

  private static void allowNull(Schema owner, String member) {
    Schema schema = owner.getProperties().get(member);
    if (schema == null) {
      return;
    }
    if (schema.getRef() != null) {
      Schema either =
          OASFactory.createSchema()
              .anyOf(
                  List.of(
                      OASFactory.createSchema().ref(schema.getRef()),
                      OASFactory.createSchema().addType(SchemaType.NULL)));
      owner.addProperty(member, either.description(schema.getDescription()));
    } else if (schema.getType() != null && !schema.getType().contains(SchemaType.NULL)) {
      schema.addType(SchemaType.NULL);
      if (schema.getEnumeration() != null) {
        schema.addEnumeration(null);
      }
    }
  }
}
