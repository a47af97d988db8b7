package io.rowledger.core.mapping;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The fields of a transaction (contract section 9). */
final class TransactionFields {

  static final List<Field> ALL = all();

  private TransactionFields() {}

  private static List<Field> all() {
    List<Field> all = new ArrayList<>();
    all.add(Field.text("externalId", 256).mandatory());
    all.add(
        Field.choice(
                "type",
                "PAYMENT",
                "TRANSFER",
                "WITHDRAWAL",
                "DEPOSIT",
                "REFUND",
                "CHARGEBACK",
                "REVERSAL",
                "FEE",
                "ADJUSTMENT",
                "OTHER")
            .mandatory());
    all.add(Field.of("amount", FieldType.DECIMAL).mandatory());
    all.add(Field.of("currency", FieldType.CURRENCY).mandatory());
    all.add(
        Field.choice(
                "status",
                "CREATED",
                "PROCESSING",
                "SUSPENDED",
                "SENT",
                "EXPIRED",
                "DECLINED",
                "REFUNDED",
                "SUCCESSFUL")
            .defaulting("CREATED"));
    all.add(
        Field.choice(
            "paymentMethod",
            "CARD",
            "ACH",
            "PIX",
            "TED",
            "BOLETO",
            "WALLET",
            "SWIFT",
            "IBAN",
            "CBU",
            "CVU",
            "DEBIN",
            "GENERIC_BANK_ACCOUNT",
            "MPESA",
            "UPI",
            "CHECK",
            "ECHECK",
            "QR_CODE",
            "ONLINE_PAYMENT",
            "WITHDRAWAL_ORDER"));
    all.add(Field.text("description", 4000));
    all.add(Field.text("category", 256));
    all.add(Field.text("reason", 1000));
    all.add(Field.of("transactedAt", FieldType.INSTANT).defaulting("time of acceptance"));
    all.add(Field.text("channel", 50));
    party(all, "origin");
    party(all, "destination");
    all.add(Field.of("locationDetails", FieldType.OBJECT));
    all.add(Field.of("deviceDetails", FieldType.OBJECT));
    all.add(Field.of("metadata", FieldType.OBJECT));
    return all;
  }

  private static void party(List<Field> all, String side) {
    all.add(partyField(side, Field.of(side + "EntityId", FieldType.UUID)));
    all.add(partyField(side, Field.text(side + "ExternalId", 256)));
    all.add(partyField(side, Field.text(side + "TaxId", 64)));
    all.add(partyField(side, Field.text(side + "Name", 512)));
    all.add(partyField(side, Field.text(side + "Country", 64)));
    all.add(partyField(side, Field.of(side + "Details", FieldType.OBJECT)));
  }

  // JSON bodies may nest a party: {"origin": {"externalId": …}}.
  private static Field partyField(String side, Field field) {
    String own = field.name().substring(side.length());
    return field.alias(
        side + "." + own.substring(0, 1).toLowerCase(Locale.ROOT) + own.substring(1));
  }
}
