package io.rowledger.api.format;

import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a workbook keeps what: its sheets in order, and the parts they refer to.
 *
 * @param sharedStrings name of the part with the texts of cells, null when there is none
 * @param styles name of the part with the number formats, null when there is none
 * @param date1904 whether days are counted from 1904, as early Macs did
 */
record WorkbookParts(
    List<Sheet> sheets, @Nullable String sharedStrings, @Nullable String styles, boolean date1904) {

  /**
   * A worksheet.
   *
   * @param part name of the part with its cells
   */
  record Sheet(String name, String part, boolean hidden) {}

  private record Relation(String type, String target) {}

  private static final String CONTENT_TYPES = "[Content_Types].xml";

  private static final Set<String> WORKBOOKS =
      Set.of(
          "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
          "application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml",
          "application/vnd.ms-excel.sheet.macroenabled.main+xml",
          "application/vnd.ms-excel.template.macroenabled.main+xml");

  /** More than any workbook has; bounds the lists that are made of it. */
  private static final int MOST = 20_000;

  static WorkbookParts of(WorkbookZip zip) throws IOException {
    if (!zip.has(CONTENT_TYPES)) {
      throw unsupported(
          zip.has("mimetype") && zip.has("content.xml")
              ? "OpenDocument sheets cannot be read. Save the sheet as .xlsx or CSV."
              : "ZIP archives cannot be read. Unpack it and send the file in it.");
    }
    String workbook =
        relations(zip, "").values().stream()
            .filter(relation -> relation.type().endsWith("/officeDocument"))
            .map(Relation::target)
            .findFirst()
            .orElseThrow(WorkbookZip::damaged);
    refuseOthers(contentType(zip, workbook));
    return read(zip, workbook, relations(zip, workbook));
  }

  private static WorkbookParts read(
      WorkbookZip zip, String workbook, Map<String, Relation> relations) throws IOException {
    List<Sheet> sheets = new ArrayList<>();
    boolean date1904 = false;
    try (WorkbookXml xml = WorkbookXml.of(zip.open(workbook))) {
      while (xml.next()) {
        if (xml.starts("workbookPr")) {
          date1904 = isTrue(xml.attribute("date1904"));
        } else if (xml.starts("sheet")) {
          Relation relation = relations.get(xml.relationId());
          String name = xml.attribute("name");
          // Charts and macros may have a tab of their own, without cells.
          if (relation != null && name != null && relation.type().endsWith("/worksheet")) {
            String state = xml.attribute("state");
            sheets.add(
                new Sheet(name, relation.target(), state != null && !state.equals("visible")));
            bound(sheets.size());
          }
        }
      }
    }
    if (sheets.isEmpty()) {
      throw new ProblemException(Problem.UNREADABLE_FILE, "The workbook has no worksheet.");
    }
    return new WorkbookParts(
        List.copyOf(sheets),
        target(relations, "/sharedStrings"),
        target(relations, "/styles"),
        date1904);
  }

  static boolean isTrue(@Nullable String value) {
    return value != null && (value.equals("1") || value.equals("true"));
  }

  private static @Nullable String target(Map<String, Relation> relations, String type) {
    return relations.values().stream()
        .filter(relation -> relation.type().endsWith(type))
        .map(Relation::target)
        .findFirst()
        .orElse(null);
  }

  /** The relations of a part to others, by id; of the package itself when the name is empty. */
  private static Map<String, Relation> relations(WorkbookZip zip, String part) throws IOException {
    String folder = part.substring(0, part.lastIndexOf('/') + 1);
    String file = folder + "_rels/" + part.substring(folder.length()) + ".rels";
    Map<String, Relation> relations = new HashMap<>();
    try (WorkbookXml xml = WorkbookXml.of(zip.open(file))) {
      while (xml.next()) {
        String id = xml.starts("Relationship") ? xml.attribute("Id") : null;
        String type = id == null ? null : xml.attribute("Type");
        String target = id == null ? null : xml.attribute("Target");
        if (type != null && target != null && !"External".equals(xml.attribute("TargetMode"))) {
          relations.put(id, new Relation(type, resolved(folder, target)));
          bound(relations.size());
        }
      }
    }
    return relations;
  }

  private static String resolved(String folder, String target) {
    String path = target.startsWith("/") ? target.substring(1) : folder + target;
    Deque<String> names = new ArrayDeque<>();
    for (String name : path.split("/", -1)) {
      if (name.equals("..")) {
        names.pollLast();
      } else if (!name.equals(".") && !name.isEmpty()) {
        names.addLast(name);
      }
    }
    return String.join("/", names);
  }

  private static String contentType(WorkbookZip zip, String part) throws IOException {
    String byExtension = "";
    String extension = part.substring(part.lastIndexOf('.') + 1);
    try (WorkbookXml xml = WorkbookXml.of(zip.open(CONTENT_TYPES))) {
      while (xml.next()) {
        String type = xml.atStart() ? xml.attribute("ContentType") : null;
        if (type == null) {
          continue;
        }
        String name = xml.attribute("PartName");
        if (name != null && name.equalsIgnoreCase("/" + part)) {
          return type.toLowerCase(Locale.ROOT);
        }
        if (extension.equalsIgnoreCase(xml.attribute("Extension"))) {
          byExtension = type.toLowerCase(Locale.ROOT);
        }
      }
    }
    return byExtension;
  }

  private static void refuseOthers(String contentType) {
    if (WORKBOOKS.contains(contentType)) {
      return;
    }
    if (contentType.contains("sheet.binary")) {
      throw unsupported("Binary workbooks (.xlsb) cannot be read. Save it as .xlsx or CSV.");
    }
    throw unsupported("This is an Office document, but no workbook. Send a workbook or CSV.");
  }

  private static void bound(int size) {
    if (size > MOST) {
      throw WorkbookZip.damaged();
    }
  }

  private static ProblemException unsupported(String hint) {
    return new ProblemException(Problem.UNSUPPORTED_FORMAT, hint);
  }
}
