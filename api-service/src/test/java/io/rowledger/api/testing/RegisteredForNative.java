package io.rowledger.api.testing;

import com.fasterxml.jackson.databind.BeanDescription;
import com.fasterxml.jackson.databind.DeserializationConfig;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationConfig;
import com.fasterxml.jackson.databind.deser.BeanDeserializerModifier;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.BeanSerializerModifier;
import io.quarkus.jackson.ObjectMapperCustomizer;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.inject.Singleton;

/**
 * Lets every test that sends or gets JSON fail when Jackson maps a type of ours that a native
 * executable would not know: there its members are gone, and the answer is an empty object.
 */
@Singleton
class RegisteredForNative implements ObjectMapperCustomizer {

  @Override
  public void customize(ObjectMapper mapper) {
    mapper.registerModule(
        new SimpleModule("registered-for-native")
            .setSerializerModifier(new Writing())
            .setDeserializerModifier(new Reading()));
  }

  private static void check(BeanDescription type) {
    Class<?> mapped = type.getBeanClass();
    // The names of an enum are known without.
    if (mapped.getName().startsWith("io.rowledger.")
        && !mapped.isEnum()
        && !mapped.isAnnotationPresent(RegisterForReflection.class)) {
      throw new AssertionError(mapped.getName() + " needs @RegisterForReflection");
    }
  }

  private static final class Writing extends BeanSerializerModifier {
    private static final long serialVersionUID = 1L;

    @Override
    public JsonSerializer<?> modifySerializer(
        SerializationConfig config, BeanDescription type, JsonSerializer<?> serializer) {
      check(type);
      return serializer;
    }
  }

  private static final class Reading extends BeanDeserializerModifier {
    private static final long serialVersionUID = 1L;

    @Override
    public JsonDeserializer<?> modifyDeserializer(
        DeserializationConfig config, BeanDescription type, JsonDeserializer<?> deserializer) {
      check(type);
      return deserializer;
    }
  }
}
