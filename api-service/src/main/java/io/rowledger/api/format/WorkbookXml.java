package io.rowledger.api.format;

import com.ctc.wstx.api.WstxInputProperties;
import com.ctc.wstx.exc.WstxIOException;
import com.ctc.wstx.exc.WstxLazyException;
import com.ctc.wstx.stax.WstxInputFactory;
import io.rowledger.api.problem.Problem;
import io.rowledger.api.problem.ProblemException;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * One XML part, read forward. Elements are known by their local names: the strict and the usual
 * variant of the format differ in namespaces only. A document type is refused unread, so there are
 * no entities to expand and nothing is ever fetched.
 */
final class WorkbookXml implements AutoCloseable {

  private static final XMLInputFactory FACTORY = factory();

  private final InputStream in;
  private final XMLStreamReader xml;

  private WorkbookXml(InputStream in, XMLStreamReader xml) {
    this.in = in;
    this.xml = xml;
  }

  private static XMLInputFactory factory() {
    WstxInputFactory factory = new WstxInputFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, false);
    factory.setProperty(WstxInputProperties.P_MAX_ELEMENT_DEPTH, 64);
    factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTES_PER_ELEMENT, 200);
    factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTE_SIZE, 64 * 1024);
    factory.setProperty(WstxInputProperties.P_MAX_TEXT_LENGTH, 8 * RowSource.MAX_ROW_BYTES);
    return factory;
  }

  static WorkbookXml of(InputStream in) throws IOException {
    try {
      return new WorkbookXml(in, FACTORY.createXMLStreamReader(in));
    } catch (XMLStreamException broken) {
      in.close();
      throw refusal(broken);
    } catch (RuntimeException refused) {
      in.close();
      throw refused;
    }
  }

  /** Moves to the next start or end of an element; false at the end of the document. */
  boolean next() {
    int event = step();
    while (event != XMLStreamConstants.START_ELEMENT && event != XMLStreamConstants.END_ELEMENT) {
      if (event == XMLStreamConstants.END_DOCUMENT) {
        return false;
      }
      event = step();
    }
    return true;
  }

  boolean starts(String name) {
    return xml.isStartElement() && xml.getLocalName().equals(name);
  }

  boolean ends(String name) {
    return xml.isEndElement() && xml.getLocalName().equals(name);
  }

  boolean atStart() {
    return xml.isStartElement();
  }

  /** The value of an attribute in no namespace. */
  @Nullable String attribute(String name) {
    for (int i = 0; i < xml.getAttributeCount(); i++) {
      if (xml.getAttributeLocalName(i).equals(name) && !namespaced(i)) {
        return xml.getAttributeValue(i);
      }
    }
    return null;
  }

  /** The id of a relationship, the one attribute here that has a namespace. */
  @Nullable String relationId() {
    for (int i = 0; i < xml.getAttributeCount(); i++) {
      if (xml.getAttributeLocalName(i).equals("id") && namespaced(i)) {
        return xml.getAttributeValue(i);
      }
    }
    return null;
  }

  private boolean namespaced(int attribute) {
    String namespace = xml.getAttributeNamespace(attribute);
    return namespace != null && !namespace.isEmpty();
  }

  /**
   * Adds the text up to the end of the element that was just started, with that of elements inside.
   *
   * @return false when there is more than {@code most} characters of it; the rest is not added
   */
  boolean text(StringBuilder text, int most) {
    int depth = 1;
    boolean all = true;
    while (depth > 0) {
      switch (step()) {
        case XMLStreamConstants.START_ELEMENT -> depth++;
        case XMLStreamConstants.END_ELEMENT -> depth--;
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.SPACE, XMLStreamConstants.CDATA ->
            all &= append(text, most);
        case XMLStreamConstants.END_DOCUMENT -> throw WorkbookZip.damaged();
        default -> {
          // Comments are no text.
        }
      }
    }
    return all;
  }

  private boolean append(StringBuilder text, int most) {
    try {
      if (text.length() + xml.getTextLength() > most) {
        return false;
      }
      text.append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
      return true;
    } catch (WstxLazyException broken) {
      throw lazy(broken);
    }
  }

  /** Moves behind the end of the element that was just started. */
  void skip() {
    int depth = 1;
    while (depth > 0) {
      int event = step();
      if (event == XMLStreamConstants.END_DOCUMENT) {
        throw WorkbookZip.damaged();
      }
      depth += event == XMLStreamConstants.START_ELEMENT ? 1 : 0;
      depth -= event == XMLStreamConstants.END_ELEMENT ? 1 : 0;
    }
  }

  private int step() {
    try {
      int event = xml.next();
      if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
        throw new ProblemException(
            Problem.UNREADABLE_FILE,
            "The workbook holds a document type or an entity, which no spreadsheet program writes.");
      }
      return event;
    } catch (XMLStreamException broken) {
      throw refusal(broken);
    } catch (WstxLazyException broken) {
      throw lazy(broken);
    }
  }

  private static RuntimeException lazy(WstxLazyException broken) {
    return broken.getCause() instanceof XMLStreamException cause
        ? refusal(cause)
        : WorkbookZip.damaged();
  }

  // The parser's own message may quote the file.
  private static RuntimeException refusal(XMLStreamException broken) {
    if (broken instanceof WstxIOException && broken.getCause() instanceof IOException failed) {
      return failed instanceof CharConversionException
          ? WorkbookZip.damaged()
          : new UncheckedIOException(failed);
    }
    return WorkbookZip.damaged();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
