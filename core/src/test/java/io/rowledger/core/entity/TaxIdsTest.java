package io.rowledger.core.entity;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaxIdsTest {

  @ParameterizedTest
  @CsvSource({
    "BR,person,123.456.789-09,12345678909",
    "BR,person,123456789,00123456789",
    "BR,person,1234567890,01234567890",
    "BR,company,12.345.678/0001-95,12345678000195",
    "BR,company,2345678000195,02345678000195",
    "BR,company,12.abc.345/01de-35,12ABC34501DE35",
    "BR,,12345678909,12345678909",
    "BR,,12345678000195,12345678000195",
    "AR,person,12.345.678,12345678",
    "AR,person,20-12345678-6,20123456786",
    "AR,company,30-71234567-1,30712345671",
    "MX,person,gode561231gr8,GODE561231GR8",
    "MX,company,P&G-851223-B24,P&G851223B24",
    "MX,company,ñaa851223b24,ÑAA851223B24",
    "CL,person,12.345.678-k,12345678K",
    "CL,company,7654321-0,76543210",
    "CO,company,900.123.456-7,9001234567",
    "CO,person,123456,123456",
    "US,company,12-3456789,123456789",
    "DE,company,de 123 456 789,DE123456789",
  })
  void theStoredFormHasNoPunctuation(String country, String type, String raw, String stored) {
    assertThat(TaxIds.normalize(country, raw, type)).isEqualTo(new TaxIds.Result(stored, null));
  }

  @ParameterizedTest
  @CsvSource({
    "BR,person,12345678",
    "BR,person,123456789012",
    "BR,person,1234567890A",
    "BR,person,12345678000195",
    "BR,company,12345678909",
    "BR,company,123456780001",
    "BR,company,1234567800019A",
    "BR,company,A234567800019",
    "AR,person,1234567",
    "AR,company,12345678",
    "AR,person,2012345678X",
    "MX,person,GODE561231GR",
    "MX,company,GODE561231GR8",
    "MX,person,GODE561231GRß",
    "CL,person,1234567",
    "CL,person,12345678901",
    "CL,person,1234567K8",
    "CL,person,12345678X",
    "CO,person,12345",
    "CO,person,12345678901",
    "CO,person,12345A",
    "US,person,--",
    "US,person,123456789012345678901234567890123",
    "BR,person,١٢٣٤٥٦٧٨٩٠٩",
  })
  void wrongLengthsAndCharactersAreRefusedWithoutRepeatingThem(
      String country, String type, String raw) {
    TaxIds.Result result = TaxIds.normalize(country, raw, type);

    assertThat(result.taxId()).isNull();
    assertThat(result.expected()).contains(country).doesNotContain(raw);
  }

  @Test
  void theStoredFormIsItsOwnStoredForm() {
    Random random = new Random(20260103);
    String alphabet = "0123456789".repeat(6) + ".-/ abkKñß&İıªǆ\u00A0\u2014";
    List<String> countries = List.of("BR", "AR", "MX", "CL", "CO", "US");
    int stored = 0;
    for (int i = 0; i < 200_000; i++) {
      StringBuilder raw = new StringBuilder();
      for (int n = 5 + random.nextInt(12); n > 0; n--) {
        raw.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      String country = countries.get(random.nextInt(countries.size()));
      String type = random.nextBoolean() ? "person" : "company";
      String once = TaxIds.normalize(country, raw.toString(), type).taxId();
      if (once != null) {
        stored++;
        assertThat(TaxIds.normalize(country, once, type).taxId()).isEqualTo(once);
        assertThat(TaxIds.comparable(country, once)).isEqualTo(once);
      }
    }
    assertThat(stored).isGreaterThan(10_000);
  }

  @Test
  void referencesThatFitNoCountryAreStillComparable() {
    assertThat(TaxIds.comparable(null, "12.34-a")).isEqualTo("1234A");
    assertThat(TaxIds.comparable("BR", "12.34-a")).isEqualTo("1234A");
    assertThat(TaxIds.comparable("BR", "123.456.789")).isEqualTo("00123456789");
    assertThat(TaxIds.comparable("BR", "./-")).isNull();
  }
}
